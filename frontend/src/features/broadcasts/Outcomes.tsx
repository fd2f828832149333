import { IconUsers } from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Door } from '../../components/Door'
import type { Column, RowKind } from '../../components/list/column'
import { ListCard } from '../../components/list/ListCard'
import { StatusChip } from '../../components/StatusChip'
import { doors } from '../../lib/doors'
import { type Outcome, outcomeList } from './api'

const kind: RowKind<Outcome> = { id: (row) => row.recipient.id, door: (row) => doors.recipient(row.recipient.id) }

const columnsOf = (t: TFunction): Column<Outcome>[] => [
  {
    key: 'recipient',
    name: t('column.recipient'),
    lead: true,
    cell: (row) => row.recipient.name || row.recipient.id,
    csv: (row) => row.recipient.id,
  },
  {
    key: 'by',
    name: t('broadcasts.chosen_by'),
    dim: true,
    cell: (row) => row.chosen_by || t('broadcasts.named'),
    csv: (row) => row.chosen_by,
  },
  {
    key: 'outcome',
    name: t('broadcasts.outcome'),
    above: true,
    cell: (row) =>
      row.messages.length === 0 ? (
        <span className="dim">{t('broadcasts.not_yet')}</span>
      ) : (
        row.messages.map((message) => (
          <span key={message.id} style={{ marginInlineEnd: 10 }}>
            <Door door={doors.message(message.id)}>
              <StatusChip status={message.status} />
            </Door>{' '}
            {message.skip_reason && <span className="dim">{t(`reason_short.${message.skip_reason}`)}</span>}
          </span>
        ))
      ),
    csv: (row) => row.messages.map(({ channel, status }) => `${channel} ${status}`).join(', '),
  },
]

/** Everybody in the frozen audience, with what became of them. */
export function Outcomes({ id }: { id: string }) {
  const { t } = useTranslation()
  const source = useMemo(() => outcomeList(id), [id])
  const columns = useMemo(() => columnsOf(t), [t])
  return (
    <section aria-label={t('broadcasts.outcomes')}>
      <h2>{t('broadcasts.outcomes')}</h2>
      <ListCard
        caption={t('broadcasts.outcomes_caption')}
        source={source}
        columns={columns}
        kind={kind}
        nothing={{
          icon: IconUsers,
          title: t('broadcasts.nobody'),
          text: t('broadcasts.nobody'),
          noMatch: t('broadcasts.nobody'),
        }}
      />
    </section>
  )
}
