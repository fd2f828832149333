import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { Door } from '../../components/Door'
import { Fact, Facts } from '../../components/Facts'
import { Id, shortId } from '../../components/Id'
import { Time } from '../../components/Time'
import type { Schema } from '../../lib/api'
import { doors } from '../../lib/doors'
import { useSourceName } from '../../lib/names'

export function EventFacts({ event }: { event: Schema['EventView'] }) {
  const { t } = useTranslation()
  const sourceOf = useSourceName()
  return (
    <Facts title={t('message.details')}>
      <Fact name={t('column.id')}>
        <Id id={event.id} />
      </Fact>
      <Fact name={t('message.trace')}>
        <Id id={event.trace_id} door={doors.messages({ trace_id: event.trace_id })} />
      </Fact>
      <Fact name={t('column.people')}>{peopleOf(event, t)}</Fact>
      <Fact name={t('column.source')}>
        <Door door={doors.messages({ source: event.source })}>{sourceOf(event.source)}</Door>
      </Fact>
      <Fact name={t('events.idempotency_key')}>{event.idempotency_key}</Fact>
      <Fact name={t('events.cancel_key')}>{event.cancel_key}</Fact>
      <Fact name={t('events.actor')}>{event.actor}</Fact>
      <Fact name={t('filter.tenant')}>{event.tenant}</Fact>
      <Fact name={t('column.priority')}>{event.priority && t(`priority.${event.priority}`)}</Fact>
      <Fact name={t('events.send_at')}>{event.send_at && <Time at={event.send_at} />}</Fact>
      <Fact name={t('message.expires')}>{event.expires_at && <Time at={event.expires_at} />}</Fact>
      <Fact name={t('column.created')}>
        <Time at={event.created_at} />
      </Fact>
      <Fact name={t('events.dispatched')}>{event.dispatched_at && <Time at={event.dispatched_at} />}</Fact>
    </Facts>
  )
}

/** Whom the event names, at most three, and how many more. */
function peopleOf(event: Schema['EventView'], t: TFunction): string {
  const names = (event.to ?? []).map((target) => {
    if (target.group) return t('events.group', { key: target.group })
    if (target.segment) return t('events.segment', { key: target.segment })
    return shortId(target.recipient ?? '')
  })
  const more = names.length - 3
  return [names.slice(0, 3).join(', '), more > 0 ? t('events.more', { count: more }) : ''].filter(Boolean).join(' ')
}
