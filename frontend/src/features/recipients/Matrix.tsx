import { Checkbox } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import table from '../../components/Table.module.css'
import type { Schema } from '../../lib/api'
import type { Channel } from '../../lib/words'
import { type Cell, cellOf, channelOn, withCell, withChannel } from './choices'
import classes from './Matrix.module.css'

interface Props {
  preferences: Schema['Preferences']
  categories: Schema['Category'][]
  disabled: boolean
  onChange: (next: Schema['Preferences']) => void
}

/** The channels that products use to write to people; the rest follow the whole category. */
const columns: Channel[] = ['email', 'sms', 'push', 'slack', 'in_app']

/** Category by channel: what is wanted, what is locked, what follows. */
export function Matrix({ preferences, categories, disabled, onChange }: Props) {
  const { t, i18n } = useTranslation()
  const nameOf = ({ names, name }: Schema['Category']) => names?.[i18n.language] ?? name
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
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{t('recipients.all_categories')}</th>
            <td />
            {columns.map((channel) => (
              <td key={channel}>
                <Checkbox
                  size="xs"
                  disabled={disabled}
                  aria-label={t('recipients.channel_for_all', { channel: t(`channel.${channel}`) })}
                  checked={channelOn(preferences, channel)}
                  onChange={(event) => onChange(withChannel(preferences, channel, event.currentTarget.checked))}
                />
              </td>
            ))}
          </tr>
          {categories.map((category) => (
            <tr key={category.key}>
              <th scope="row">
                {nameOf(category)}
                {category.mandatory && (
                  <IconLock size={13} aria-label={t('categories.always_on')} className={classes.lock} />
                )}
              </th>
              {[undefined, ...columns].map((channel) => (
                <td key={channel ?? 'all'}>
                  <Box
                    cell={cellOf(preferences, category, channel)}
                    label={t('recipients.choice_for', {
                      category: nameOf(category),
                      channel: channel ? t(`channel.${channel}`) : t('recipients.all_channels'),
                    })}
                    disabled={disabled || (channel !== undefined && !channelOn(preferences, channel))}
                    onChange={(on) => onChange(withCell(preferences, category.key, channel, on))}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface BoxProps {
  cell: Cell
  label: string
  disabled: boolean
  onChange: (on: boolean) => void
}

/** A choice that was made is plain; one that follows another is paler. */
function Box({ cell, label, disabled, onChange }: BoxProps) {
  const { t } = useTranslation()
  const follows = cell.chosen === undefined && !cell.locked
  return (
    <Checkbox
      size="xs"
      className={follows ? classes.follows : undefined}
      title={cell.locked ? t('categories.always_on') : follows ? t('recipients.follows') : t('recipients.chosen')}
      aria-label={label}
      disabled={disabled || cell.locked}
      checked={cell.effective}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  )
}
