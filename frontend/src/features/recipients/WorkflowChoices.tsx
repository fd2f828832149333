import { Select } from '@mantine/core'
import { useQueries, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import table from '../../components/Table.module.css'
import type { Schema } from '../../lib/api'
import { effectiveOfQuery, workflowNamesQuery } from './api'
import { Cell } from './Cell'
import { type Choices, chosenAt, lockAt, type Place, withChoice, withLock, workflowsIn } from './choices'
import { LockDialog } from './LockDialog'
import { columns } from './Matrix'
import classes from './Matrix.module.css'

interface Props {
  id: string
  preferences: Choices
  effective: Schema['EffectivePreferences'] | undefined
  disabled: boolean
  pending: boolean
  onChange: (next: Choices) => void
}

/** What somebody wants of single workflows: nearer than what they said of its category. */
export function WorkflowChoices({ id, preferences, effective, disabled, pending, onChange }: Props) {
  const { t } = useTranslation()
  const workflows = useQuery(workflowNamesQuery).data ?? []
  const [added, setAdded] = useState<string[]>([])
  const [locking, setLocking] = useState<{ place: Place; label: string }>()
  const keys = [...new Set([...workflowsIn(preferences), ...added])]
  const holding = useQueries({ queries: keys.map((key) => effectiveOfQuery(id, key)) })
  const nameOf = (key: string) => workflows.find((w) => w.key === key)?.name ?? key
  // The whole row has no channel to ask about: it follows the category until something is said.
  const wholeOf = (key: string, chosen: boolean | undefined) => {
    const category = workflows.find((w) => w.key === key)?.category
    const above = effective?.entries.find((e) => e.category === category && !e.channel)
    return chosen === undefined || above?.value === 'required' ? above : undefined
  }
  const choices = workflows
    .filter(({ key }) => !keys.includes(key))
    .map(({ key, name }) => ({ value: key, label: name }))
  return (
    <div className={table.wrap}>
      {keys.length > 0 && (
        <table className={`${table.table} ${classes.matrix}`}>
          <caption>{t('recipients.by_workflow')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('column.workflow')}</th>
              <th scope="col">{t('recipients.all_channels')}</th>
              {columns.map((channel) => (
                <th key={channel} scope="col">
                  {t(`channel.${channel}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {keys.map((workflow, row) => (
              <tr key={workflow}>
                <th scope="row">{nameOf(workflow)}</th>
                {[undefined, ...columns].map((channel) => {
                  const place: Place = { workflow, ...(channel ? { channel } : {}) }
                  const chosen = chosenAt(preferences, place)
                  const entries = holding[row]?.data?.entries
                  const holds = channel ? entries?.find((e) => e.channel === channel) : wholeOf(workflow, chosen)
                  const label = t('recipients.choice_for', {
                    category: nameOf(workflow),
                    channel: channel ? t(`channel.${channel}`) : t('recipients.all_channels'),
                  })
                  if (channel && entries && !holds && chosen === undefined) return <td key={channel}>–</td>
                  return (
                    <td key={channel ?? 'all'}>
                      <Cell
                        label={label}
                        chosen={chosen}
                        holds={holds}
                        lock={lockAt(preferences, place)}
                        disabled={disabled}
                        pending={pending}
                        onChoose={(on) => onChange(withChoice(preferences, place, on))}
                        onLock={() => setLocking({ place, label })}
                        onUnlock={() => onChange(withLock(preferences, place, undefined))}
                      />
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {!disabled && choices.length > 0 && (
        <Select
          size="xs"
          w={280}
          m={12}
          searchable
          aria-label={t('recipients.add_workflow')}
          placeholder={t('recipients.add_workflow')}
          data={choices}
          value={null}
          onChange={(key) => key && setAdded([...added, key])}
        />
      )}
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
