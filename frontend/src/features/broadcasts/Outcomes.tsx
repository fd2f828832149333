import { IconUsers } from '@tabler/icons-react'
import { useLocation } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import { useEffect, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Door } from '../../components/Door'
import { PickFilter } from '../../components/filters/PickFilter'
import type { Column, RowKind } from '../../components/list/column'
import { ListCard } from '../../components/list/ListCard'
import { StatusChip } from '../../components/StatusChip'
import { doors } from '../../lib/doors'
import { useSearchWords } from '../../lib/use-search'
import { isOneOf } from '../../lib/words'
import { type Broadcast, type Outcome, type OutcomeFilter, outcomeList, recallOutcomes } from './api'
import classes from './Broadcasts.module.css'

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
      row.merged_into && row.messages.length === 0 ? (
        <Door door={doors.recipient(row.merged_into)}>{t('broadcasts.merged', { id: row.merged_into })}</Door>
      ) : row.messages.length === 0 ? (
        <span className="dim">{t('broadcasts.not_yet')}</span>
      ) : (
        row.messages.map((message) => (
          <span key={message.id} style={{ marginInlineEnd: 10 }}>
            <Door door={doors.message(message.id)}>
              <StatusChip status={message.status} />
            </Door>{' '}
            {message.skip_reason && <span className="dim">{t(`reason_short.${message.skip_reason}`)}</span>}{' '}
            {message.recall && <span title={message.recall_detail}>{t(`broadcasts.recall_${message.recall}`)}</span>}
          </span>
        ))
      ),
    csv: (row) => row.messages.map(({ channel, status }) => `${channel} ${status}`).join(', '),
  },
  {
    key: 'recall',
    name: t('broadcasts.recall'),
    csv: (row) =>
      row.messages.map(({ recall, recall_detail }) => [recall, recall_detail].filter(Boolean).join(': ')).join(', '),
  },
]

/** Everybody in the frozen audience, with what became of them. */
export function Outcomes({ of: { id, recall, event_id: begun } }: { of: Broadcast }) {
  const { t } = useTranslation()
  const [search] = useSearchWords()
  const { recall: recalled, reached } = search
  const source = useMemo(() => {
    const filter: OutcomeFilter = {}
    if (recalled && isOneOf(recallOutcomes, recalled)) filter.recall = recalled
    if (reached === 'yes' || reached === 'no') filter.reached = reached
    return outcomeList(id, filter)
  }, [id, recalled, reached])
  const columns = useMemo(() => columnsOf(t), [t])
  const section = useRef<HTMLElement>(null)
  const aimed = useLocation({ select: ({ hash }) => hash === 'recipients' })
  // Whoever came by a number wants what it counts, also when that is below all else.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter is another number
  useEffect(() => {
    if (aimed) section.current?.scrollIntoView?.({ block: 'start' })
  }, [aimed, source])
  return (
    <section ref={section} id="recipients" className={classes.outcomes} aria-label={t('broadcasts.outcomes')}>
      <div className={classes.head}>
        <div>
          <h2>{t('broadcasts.outcomes')}</h2>
          {!begun && <p className={classes.dim}>{t('broadcasts.recipients_before')}</p>}
        </div>
        {begun && (
          <PickFilter
            word="reached"
            label={t('broadcasts.reach_label')}
            any={t('broadcasts.reach_any')}
            choices={(['yes', 'no'] as const).map((value) => ({ value, label: t(`broadcasts.reach_${value}`) }))}
          />
        )}
        {recall !== '' && (
          <PickFilter
            word="recall"
            label={t('broadcasts.recall')}
            any={t('broadcasts.recall_any')}
            choices={recallOutcomes.map((value) => ({ value, label: t(`broadcasts.recall_${value}`) }))}
          />
        )}
      </div>
      <ListCard
        caption={t('broadcasts.outcomes_caption')}
        source={source}
        columns={columns}
        kind={kind}
        nothing={{
          icon: IconUsers,
          title: t('broadcasts.nobody'),
          text: t('broadcasts.nobody'),
          noMatch: t('broadcasts.nobody_so'),
        }}
      />
    </section>
  )
}
