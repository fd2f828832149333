import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { Door } from '../../components/Door'
import { LiveMark } from '../../components/LiveMark'
import { MessageTable } from '../../components/MessageTable'
import { PageHeader } from '../../components/PageHeader'
import { EventStatusChip, StatusChip, TestChip } from '../../components/StatusChip'
import type { Schema } from '../../lib/api'
import { doors } from '../../lib/doors'
import { usePolling } from '../../lib/live'
import { statuses } from '../../lib/words'
import { eventMessagesQuery, eventQuery } from './api'
import { EventActions } from './EventActions'
import { EventFacts } from './EventFacts'
import classes from './EventPage.module.css'

export function EventPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useQuery({ ...eventQuery(id), refetchInterval: usePolling() })
  return (
    <Answered of={query} page>
      {(event) => <EventStory event={event} />}
    </Answered>
  )
}

function EventStory({ event }: { event: Schema['EventView'] }) {
  const { t } = useTranslation()
  return (
    <>
      <PageHeader
        title={event.type ? t('events.page_title', { type: event.type }) : t('events.direct')}
        mark={
          <>
            <EventStatusChip status={event.status} />
            {event.test && <TestChip />}
          </>
        }
      >
        <LiveMark />
        <EventActions event={event} />
      </PageHeader>
      {event.error && <p className={classes.error}>{event.error}</p>}
      <div className={classes.columns}>
        <div className={classes.column}>
          <Outcomes event={event} />
          <Messages id={event.id} />
        </div>
        <div className={classes.column}>
          <EventFacts event={event} />
          {event.data ? <Json title={t('events.data')} value={event.data} /> : null}
          {event.metadata ? <Json title={t('events.metadata')} value={event.metadata} /> : null}
        </div>
      </div>
    </>
  )
}

/** How many messages ended how; each number leads to them. */
function Outcomes({ event }: { event: Schema['EventView'] }) {
  const { t } = useTranslation()
  const seen = statuses.filter((status) => (event.counts[status] ?? 0) > 0)
  return (
    <section className={`card ${classes.section}`} aria-labelledby="outcomes">
      <h2 id="outcomes">{t('events.outcomes')}</h2>
      {seen.length === 0 && <p className={classes.none}>{t('events.outcomes_none')}</p>}
      <div className={classes.outcomes}>
        {seen.map((status) => (
          <Door key={status} door={doors.messages({ event: event.id, status: [status] })} className={classes.outcome}>
            <span className={classes.number}>{event.counts[status]}</span>
            <StatusChip status={status} />
          </Door>
        ))}
      </div>
    </section>
  )
}

function Messages({ id }: { id: string }) {
  const { t } = useTranslation()
  const query = useQuery({ ...eventMessagesQuery(id), refetchInterval: usePolling() })
  return (
    <section className="card" aria-labelledby="messages">
      <div className={classes.head}>
        <h2 id="messages">{t('events.messages')}</h2>
        <Door door={doors.messages({ event: id })}>{t('act.show_all')}</Door>
      </div>
      <Answered of={query}>
        {({ rows }) =>
          rows.length > 0 ? (
            <MessageTable rows={rows} caption={t('events.messages')} />
          ) : (
            <p className={classes.noneWide}>{t('events.outcomes_none')}</p>
          )
        }
      </Answered>
    </section>
  )
}

function Json({ title, value }: { title: string; value: unknown }) {
  return (
    <section className={`card ${classes.section}`} aria-label={title}>
      <h2>{title}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region needs focus to be scrolled by keys */}
      <pre className={classes.json} tabIndex={0}>
        {JSON.stringify(value, null, 2)}
      </pre>
    </section>
  )
}
