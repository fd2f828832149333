import { Checkbox } from '@mantine/core'
import { IconArrowUp } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../lib/api'
import { doors } from '../lib/doors'
import { useIntegrationName } from '../lib/integrations'
import { ChannelLabel } from './ChannelLabel'
import { Door } from './Door'
import { StatusChip } from './StatusChip'
import classes from './Table.module.css'
import { Time } from './Time'

export interface Selection {
  ids: ReadonlySet<string>
  toggle: (id: string) => void
  toggleAll: (ids: string[]) => void
}

interface Props {
  rows: Schema['Message'][]
  caption: string
  /** Leaves out what a glance does not need. */
  brief?: boolean
  selection?: Selection
}

/** Messages, one dense line each; the whole line leads to the message. */
export function MessageTable({ rows, caption, brief = false, selection }: Props) {
  const { t } = useTranslation()
  const ids = rows.map((row) => row.id)
  const chosen = selection ? ids.filter((id) => selection.ids.has(id)).length : 0
  return (
    <div className={classes.wrap}>
      <table className={classes.table}>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {selection && (
              <th scope="col">
                <Checkbox
                  size="xs"
                  aria-label={t('failures.select_all')}
                  checked={chosen > 0 && chosen === ids.length}
                  indeterminate={chosen > 0 && chosen < ids.length}
                  onChange={() => selection.toggleAll(ids)}
                />
              </th>
            )}
            <th scope="col">{t('column.status')}</th>
            <th scope="col">{t('column.recipient')}</th>
            <th scope="col">{t('column.channel')}</th>
            <th scope="col">{t('column.workflow')}</th>
            <th scope="col">{t('column.note')}</th>
            {!brief && <th scope="col">{t('column.source')}</th>}
            <th scope="col" className={classes.right}>
              {t('column.created')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <MessageRow key={row.id} row={row} brief={brief} selection={selection} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface RowProps {
  row: Schema['Message']
  brief: boolean
  selection: Selection | undefined
}

function MessageRow({ row, brief, selection }: RowProps) {
  const { t } = useTranslation()
  const selected = selection?.ids.has(row.id)
  return (
    <tr data-selected={selected || undefined}>
      {selection && (
        <td>
          <Checkbox
            className={classes.above}
            size="xs"
            aria-label={t('failures.select', { id: row.id })}
            checked={selected ?? false}
            onChange={() => selection.toggle(row.id)}
          />
        </td>
      )}
      <td>
        <StatusChip status={row.status} />
      </td>
      <td className="cut">
        <Door
          door={doors.message(row.id)}
          className={classes.cover}
          label={`${row.recipient.name || row.recipient.id}, ${t(`channel.${row.channel}`)}, ${row.workflow ?? ''}`}
        >
          {row.recipient.name || row.recipient.id}
        </Door>
      </td>
      <td>
        <ChannelLabel channel={row.channel} />
      </td>
      <td className="cut">
        {row.workflow}
        {row.priority === 'high' && <HighPriority />}
      </td>
      <td className={`cut ${classes.dim}`}>
        <Note row={row} />
      </td>
      {!brief && <td className={`cut ${classes.dim}`}>{row.source}</td>}
      <td className={`${classes.right} ${classes.dim}`}>
        <span className={classes.above}>
          <Time at={row.created_at} />
        </span>
      </td>
    </tr>
  )
}

function HighPriority() {
  const { t } = useTranslation()
  const label = `${t('column.priority')}: ${t('priority.high')}`
  return (
    <span title={label} style={{ marginInlineStart: 6, color: 'var(--warn)' }}>
      <IconArrowUp size={13} stroke={2.2} style={{ verticalAlign: '-2px' }} aria-hidden />
      <span className="unseen">{label}</span>
    </span>
  )
}

/** The one thing worth knowing beside the status: why not, what went wrong, or who carried it. */
function Note({ row }: { row: Schema['Message'] }) {
  const { t } = useTranslation()
  const nameOf = useIntegrationName()
  if (row.skip_reason) return t(`reason_short.${row.skip_reason}`)
  const troubled =
    row.status === 'failed' || row.status === 'unknown' || (row.status === 'queued' && row.outcome !== 'ok')
  if (troubled && row.outcome) {
    // Accepted and failed all the same: a receipt said so later.
    const what = row.outcome === 'ok' ? t('failures.by_receipt') : t(`outcome.${row.outcome}`)
    return [what, row.error_code].filter(Boolean).join(' · ')
  }
  return nameOf(row.integration)
}
