import { IconArrowUp } from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../lib/api'
import { doors } from '../lib/doors'
import { useIntegrationName } from '../lib/integrations'
import { personName, useSourceName } from '../lib/names'
import { ChannelLabel } from './ChannelLabel'
import type { Column, RowKind } from './list/column'
import { DataTable } from './list/DataTable'
import { StatusChip } from './StatusChip'
import { Time } from './Time'

type Message = Schema['Message']

interface Props {
  rows: Message[]
  caption: string
  /** All are one person's, whom the page is about. */
  ofOne?: boolean
}

/** Messages at a glance, one dense line each; the whole line leads to the message. */
export function MessageTable({ rows, caption, ofOne = false }: Props) {
  const { columns, kind } = useMessageList()
  const brief = useMemo(() => {
    const said = ofOne ? ['source', 'recipient'] : ['source']
    return columns
      .filter(({ key, fileOnly }) => !said.includes(key) && !fileOnly)
      .map((column) => (ofOne && column.key === 'channel' ? { ...column, lead: true } : column))
  }, [columns, ofOne])
  return <DataTable rows={rows} columns={brief} kind={kind} caption={caption} />
}

/** How a list of messages looks. */
export function useMessageList(): { columns: Column<Message>[]; kind: RowKind<Message> } {
  const { t } = useTranslation()
  const nameOf = useIntegrationName()
  const sourceOf = useSourceName()
  return useMemo(() => ({ columns: columnsOf(t, { nameOf, sourceOf }), kind: kindOf(t) }), [t, nameOf, sourceOf])
}

function kindOf(t: TFunction): RowKind<Message> {
  return {
    id: (row) => row.id,
    door: (row) => doors.message(row.id),
    label: (row) => `${personOf(row)}, ${t(`channel.${row.channel}`)}, ${row.workflow ?? ''}`,
  }
}

interface Names {
  nameOf: (integration: string) => string
  sourceOf: (source: string) => string
}

function columnsOf(t: TFunction, { nameOf, sourceOf }: Names): Column<Message>[] {
  return [
    {
      key: 'status',
      name: t('column.status'),
      width: 124,
      cell: (row) => <StatusChip status={row.status} />,
      csv: (row) => row.status,
    },
    { key: 'recipient', name: t('column.recipient'), lead: true, cell: personOf, csv: (row) => row.recipient.id },
    {
      key: 'channel',
      name: t('column.channel'),
      width: 116,
      cell: (row) => <ChannelLabel channel={row.channel} />,
      csv: (row) => row.channel,
    },
    { key: 'workflow', name: t('column.workflow'), cell: (row) => <Workflow row={row} />, csv: (row) => row.workflow },
    {
      key: 'note',
      name: t('column.note'),
      dim: true,
      cell: (row) => noteOf(row, t, nameOf),
      csv: (row) => noteOf(row, t, nameOf),
    },
    { key: 'id', name: t('column.id'), fileOnly: true, csv: (row) => row.id },
    { key: 'address', name: t('column.address'), fileOnly: true, csv: (row) => row.address },
    {
      key: 'source',
      name: t('column.source'),
      width: 130,
      dim: true,
      cell: (row) => sourceOf(row.source ?? ''),
      csv: (row) => row.source,
    },
    {
      key: 'created',
      name: t('column.created'),
      width: 130,
      right: true,
      dim: true,
      above: true,
      cell: (row) => <Time at={row.created_at} />,
      csv: (row) => row.created_at,
    },
  ]
}

function personOf(row: Message): string {
  return personName(row.recipient, row.address)
}

function Workflow({ row }: { row: Message }) {
  const { t } = useTranslation()
  return (
    <>
      {row.workflow || <span className="dim">{t('events.direct')}</span>}
      {row.priority === 'high' && <HighPriority />}
    </>
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
function noteOf(row: Message, t: TFunction, nameOf: (id: string) => string): string {
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
