import { IconHistory } from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Door } from '../../components/Door'
import type { Column, RowKind } from '../../components/list/column'
import { ListCard } from '../../components/list/ListCard'
import { doorOfId } from '../../lib/doors'
import { dayAndTime, gap } from '../../lib/time'
import { type Fire, firesList } from './api'
import classes from './Schedules.module.css'
import { FireChip } from './StateChip'

const kind: RowKind<Fire> = { id: (row) => row.id }

/** What became of the planned times, the newest first; each a door to what it caused. */
export function Fires({ id }: { id: string }) {
  const { t, i18n } = useTranslation()
  const source = useMemo(() => firesList(id), [id])
  const columns = useMemo(() => columnsOf(t, i18n.language), [t, i18n.language])
  return (
    <section aria-labelledby="schedule-fires">
      <h2 id="schedule-fires" className={classes.over}>
        {t('schedules.history')}
      </h2>
      <ListCard
        caption={t('schedules.history_caption')}
        source={source}
        columns={columns}
        kind={kind}
        nothing={{
          icon: IconHistory,
          title: t('schedules.no_fires'),
          text: t('schedules.no_fires_text'),
          noMatch: t('schedules.no_fires'),
        }}
      />
    </section>
  )
}

const columnsOf = (t: TFunction, locale: string): Column<Fire>[] => [
  {
    key: 'status',
    name: t('column.status'),
    width: 120,
    cell: (row) => <FireChip status={row.status} />,
    csv: (row) => row.status,
  },
  {
    key: 'planned',
    name: t('schedules.planned'),
    width: 170,
    cell: (row) => <time dateTime={row.planned_at}>{dayAndTime(new Date(row.planned_at), locale)}</time>,
    csv: (row) => row.planned_at,
  },
  {
    key: 'late',
    name: t('schedules.late'),
    width: 90,
    right: true,
    dim: true,
    cell: (row) => row.status === 'fired' && row.fired_at && gap(new Date(row.planned_at), new Date(row.fired_at)),
    csv: (row) => row.fired_at ?? '',
  },
  {
    key: 'ref',
    name: t('schedules.caused'),
    width: 180,
    above: true,
    cell: (row) => row.ref && <Caused id={row.ref} />,
    csv: (row) => row.ref ?? '',
  },
  { key: 'reason', name: t('schedules.why'), dim: true, cell: (row) => why(row, t), csv: (row) => row.reason ?? '' },
]

/** Why it was left out, in the words of the page where they are known. */
function why({ status, missed, reason }: Fire, t: TFunction): string {
  if (status === 'skipped' && missed) return t('schedules.why_missed', { count: missed })
  return reason ?? ''
}

function Caused({ id }: { id: string }) {
  const door = doorOfId(id)
  const short = `${id.slice(0, 8)}…${id.slice(-6)}`
  return door ? <Door door={door}>{short}</Door> : short
}
