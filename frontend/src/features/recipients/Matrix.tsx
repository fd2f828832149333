import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import table from '../../components/Table.module.css'
import type { Schema } from '../../lib/api'
import type { Channel } from '../../lib/words'
import { CadenceCell } from './CadenceCell'
import { Cell } from './Cell'
import { type Choices, chosenAt, lockAt, type Place, withCadence, withChoice, withLock } from './choices'
import { LockDialog } from './LockDialog'
import classes from './Matrix.module.css'

interface Props {
  preferences: Choices
  categories: Schema['Category'][]
  /** What holds in the end, as the server resolves it. */
  effective: Schema['EffectivePreferences'] | undefined
  disabled: boolean
  pending: boolean
  onChange: (next: Choices) => void
}

/** The channels that products use to write to people; the rest follow the whole category. */
export const columns: Channel[] = ['email', 'sms', 'push', 'slack', 'in_app']

/** Category by channel: what is wanted, what is locked, what follows, and why. */
export function Matrix({ preferences, categories, effective, disabled, pending, onChange }: Props) {
  const { t, i18n } = useTranslation()
  const [locking, setLocking] = useState<{ place: Place; label: string }>()
  const nameOf = ({ names, name }: Schema['Category']) => names?.[i18n.language] ?? name
  const cell = (place: Place, label: string) => (
    <Cell
      label={label}
      chosen={chosenAt(preferences, place)}
      holds={effective?.entries.find((e) => e.category === place.category && e.channel === place.channel)}
      lock={lockAt(preferences, place)}
      disabled={disabled}
      pending={pending}
      onChoose={(on) => onChange(withChoice(preferences, place, on))}
      onLock={() => setLocking({ place, label })}
      onUnlock={() => onChange(withLock(preferences, place, undefined))}
    />
  )
  return (
    <div className={table.wrap}>
      <table className={`${table.table} ${classes.matrix}`}>
        <caption>{t('recipients.preferences')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('column.category')}</th>
            <th scope="col">{t('recipients.all_channels')}</th>
            {columns.map((channel) => (
              <th key={channel} scope="col">
                {t(`channel.${channel}`)}
              </th>
            ))}
            <th scope="col">{t('recipients.cadence_column')}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{t('recipients.all_categories')}</th>
            <td />
            {columns.map((channel) => (
              <td key={channel}>
                {cell({ channel }, t('recipients.channel_for_all', { channel: t(`channel.${channel}`) }))}
              </td>
            ))}
            <td />
          </tr>
          {categories.map((category) => (
            <tr key={category.key}>
              <th scope="row">{nameOf(category)}</th>
              {[undefined, ...columns].map((channel) => (
                <td key={channel ?? 'all'}>
                  {cell(
                    { category: category.key, ...(channel ? { channel } : {}) },
                    t('recipients.choice_for', {
                      category: nameOf(category),
                      channel: channel ? t(`channel.${channel}`) : t('recipients.all_channels'),
                    }),
                  )}
                </td>
              ))}
              <td>
                <CadenceCell
                  name={nameOf(category)}
                  chosen={preferences.categories?.[category.key]?.cadence}
                  holds={effective?.entries.find((e) => e.category === category.key && !e.channel)}
                  disabled={disabled}
                  onChoose={(cadence) => onChange(withCadence(preferences, category.key, cadence))}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {locking && (
        <LockDialog
          name={locking.label}
          onClose={() => setLocking(undefined)}
          onLock={(reason) => {
            onChange(withLock(preferences, locking.place, reason))
            setLocking(undefined)
          }}
        />
      )}
    </div>
  )
}
