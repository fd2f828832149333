import { type Icon, IconCheck, IconClockPause, IconHourglassOff, IconMinus, IconPlayerStop } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { ChannelLabel } from '../../components/ChannelLabel'
import { Chip, type Tone } from '../../components/Chip'
import { Door } from '../../components/Door'
import { LoadingRows } from '../../components/States'
import { Time } from '../../components/Time'
import type { Schema } from '../../lib/api'
import { sentenceOfDecision } from '../../lib/decision-sentences'
import { doors } from '../../lib/doors'
import type { Channel } from '../../lib/words'
import { notificationQuery } from './api'
import classes from './Decisions.module.css'

type Decision = Schema['Decision']

/** Why this channel, and why not the others: the dispatch policy's own record. */
export function Decisions({ message }: { message: Schema['MessageView'] }) {
  const { t } = useTranslation()
  const query = useQuery(notificationQuery(message.notification_id))
  return (
    <section className={`card ${classes.section}`} aria-labelledby="decisions">
      <h2 id="decisions">{t('message.decisions')}</h2>
      <Answered of={query} loading={<LoadingRows rows={4} />}>
        {({ decisions, run }) => {
          const groups = byChannel(decisions ?? [], message.channel)
          if (groups.length === 0) return <p className={classes.none}>{t('message.decisions_none')}</p>
          const list = groups.map(([channel, list]) => (
            <div key={channel ?? ''} className={classes.group} data-here={channel === message.channel || undefined}>
              <div className={classes.channel}>
                {channel ? <ChannelLabel channel={channel} /> : t('decision.everyone')}
              </div>
              <ul className={classes.list}>
                {list.map((decision, place) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: decisions are kept in order and never change
                  <DecisionRow key={place} decision={decision} />
                ))}
              </ul>
            </div>
          ))
          return (
            <>
              {run && (run.status === 'parked' || run.status === 'gathered') && <RunNow run={run} />}
              {list}
            </>
          )
        }}
      </Answered>
    </section>
  )
}

/** Where the workflow waits, and until when. */
function RunNow({ run }: { run: Schema['Run'] }) {
  const { t } = useTranslation()
  return (
    <p className={classes.none}>
      {t(run.status === 'gathered' ? 'message.run_gathered' : `message.run_${run.kind}`, { step: run.step })}{' '}
      <Time at={run.due_at} />
    </p>
  )
}

const marks: Record<string, [Tone, Icon]> = {
  pass: ['good', IconCheck],
  skip: ['calm', IconMinus],
  hold: ['warn', IconClockPause],
  stop: ['calm', IconPlayerStop],
  expired: ['warn', IconHourglassOff],
}

function DecisionRow({ decision }: { decision: Decision }) {
  const { t, i18n } = useTranslation()
  const [tone, icon] = marks[decision.outcome] ?? ['calm', IconMinus]
  const { answer, step, text, remark } = sentenceOfDecision(decision, t, i18n.language)
  return (
    <li className={classes.decision}>
      <Chip tone={tone} icon={icon}>
        {answer}
      </Chip>
      <div className={classes.words}>
        <span className={classes.step}>{step}</span>
        <span className={classes.why}>{text}</span>
        {remark && <span className={classes.why}>{remark}</span>}
        {decision.consent !== undefined && (
          <Door door={doors.consent(decision.consent)}>{t('consents.under', { place: decision.consent })}</Door>
        )}
        {decision.rule && <code className={classes.rule}>{decision.rule}</code>}
      </div>
    </li>
  )
}

/** Decisions about everyone first, then this message's channel, then the others in the order they were made. */
function byChannel(decisions: Decision[], here: Channel): [Channel | undefined, Decision[]][] {
  const groups = new Map<Channel | undefined, Decision[]>()
  for (const decision of decisions) {
    const group = groups.get(decision.channel) ?? []
    group.push(decision)
    groups.set(decision.channel, group)
  }
  const rank = (channel: Channel | undefined) => (channel === undefined ? 0 : channel === here ? 1 : 2)
  return [...groups].sort(([a], [b]) => rank(a) - rank(b))
}
