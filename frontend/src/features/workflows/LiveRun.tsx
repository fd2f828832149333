import { useQueries, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ChannelLabel } from '../../components/ChannelLabel'
import { Door } from '../../components/Door'
import { EventStatusChip, StatusChip } from '../../components/StatusChip'
import { api, type Schema, unwrap, unwrapPage } from '../../lib/api'
import { sentenceOfDecision } from '../../lib/decision-sentences'
import { doors } from '../../lib/doors'
import { useIntegrationName } from '../../lib/integrations'
import { sentenceOf } from '../../lib/sentences'
import classes from './Panels.module.css'

/** How often a run is asked for at first, in ms. */
const lookEvery = 700
/** Most of it happens within this time. */
const followFor = 20_000
/** How often it is asked for later: a slow vendor or a step that waits may still move it. */
const lookLater = 5000

/** A test run as it happens, message by message, moment by moment. */
export function LiveRun({ eventId }: { eventId: string }) {
  const { t } = useTranslation()
  const started = useQuery({ queryKey: ['test-run', eventId], queryFn: () => Date.now(), staleTime: Infinity })
  const isFresh = () => Date.now() - (started.data ?? Date.now()) < followFor
  const refetchInterval = () => (isFresh() ? lookEvery : lookLater)
  const event = useQuery({
    queryKey: ['test-run', eventId, 'event'],
    queryFn: ({ signal }) => unwrap(api.GET('/v1/events/{id}', { params: { path: { id: eventId } }, signal })),
    refetchInterval,
  })
  const messages = useQuery({
    queryKey: ['test-run', eventId, 'messages'],
    queryFn: ({ signal }) =>
      unwrapPage(api.GET('/v1/messages', { params: { query: { event: eventId, limit: 50 } }, signal })),
    refetchInterval,
  })
  const rows = messages.data?.rows ?? []
  const stories = useQueries({
    queries: rows.map((row) => ({
      queryKey: ['test-run', eventId, row.id, row.status],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        unwrap(api.GET('/v1/messages/{id}', { params: { path: { id: row.id } }, signal })),
      // Later on a new status asks for it anew.
      refetchInterval: () => (isFresh() ? lookEvery : (false as const)),
    })),
  })
  return (
    <section className={classes.run} aria-label={t('workflows.run_title')} aria-live="polite">
      <div className={classes.line}>
        {event.data && <EventStatusChip status={event.data.status} />}
        <Door door={doors.event(eventId)}>{t('workflows.run_event')}</Door>
        <Door door={doors.sandbox()}>{t('workflows.run_sandbox')}</Door>
      </div>
      {event.data?.error && <p className={classes.fault}>{event.data.error}</p>}
      {rows.map((row, place) => (
        <Story key={row.id} row={row} story={stories[place]?.data} />
      ))}
    </section>
  )
}

function Story({ row, story }: { row: Schema['Message']; story: Schema['MessageView'] | undefined }) {
  const { t, i18n } = useTranslation()
  const integrationName = useIntegrationName()
  const why = story?.decisions.find((decision) => decision.outcome === 'skip')
  return (
    <div className={classes.message}>
      <div className={classes.line}>
        <ChannelLabel channel={row.channel} />
        <StatusChip status={row.status} />
        <Door door={doors.message(row.id)}>{t('workflows.run_message')}</Door>
      </div>
      {why && <p className={classes.dim}>{sentenceOfDecision(why, t).text}</p>}
      <ol>
        {(story?.timeline ?? []).map((entry, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the story only grows at its end
          <li key={place}>{sentenceOf(entry, t, { language: i18n.language, integrationName }).text}</li>
        ))}
      </ol>
    </div>
  )
}
