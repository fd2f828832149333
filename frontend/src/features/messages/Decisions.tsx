import { IconCheck, IconClockPause, IconMinus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { ChannelLabel } from '../../components/ChannelLabel'
import { Chip } from '../../components/Chip'
import { LoadingRows } from '../../components/States'
import type { Schema } from '../../lib/api'
import type { Channel } from '../../lib/words'
import { decisionsQuery } from './api'
import classes from './Decisions.module.css'

type Decision = Schema['Decision']

/** Why this channel, and why not the others: the dispatch policy's own record. */
export function Decisions({ message }: { message: Schema['MessageView'] }) {
  const { t } = useTranslation()
  const query = useQuery(decisionsQuery(message.notification_id))
  return (
    <section className={`card ${classes.section}`} aria-labelledby="decisions">
      <h2 id="decisions">{t('message.decisions')}</h2>
      <Answered of={query} loading={<LoadingRows rows={4} />}>
        {({ decisions }) => {
          const groups = byChannel(decisions ?? [])
          if (groups.length === 0) return <p className={classes.none}>{t('message.decisions_none')}</p>
          return groups.map(([channel, list]) => (
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
        }}
      </Answered>
    </section>
  )
}

const marks = {
  pass: ['good', IconCheck],
  skip: ['calm', IconMinus],
  hold: ['warn', IconClockPause],
} as const

function DecisionRow({ decision }: { decision: Decision }) {
  const { t } = useTranslation()
  const [tone, icon] = marks[decision.outcome]
  const words = decision.reason ? t(`reason.${decision.reason}`) : (decision.detail ?? '')
  return (
    <li className={classes.decision}>
      <Chip tone={tone} icon={icon}>
        {t(`decision.${decision.outcome}`)}
      </Chip>
      <div className={classes.words}>
        <span className={classes.step}>{decision.step.replaceAll('_', ' ')}</span>
        {words && <span className={classes.why}>{words}</span>}
        {decision.reason && decision.detail && <span className={classes.why}>{decision.detail}</span>}
        {decision.rule && <code className={classes.rule}>{decision.rule}</code>}
      </div>
    </li>
  )
}

/** Decisions about everyone first, then channel by channel in the order they were made. */
function byChannel(decisions: Decision[]): [Channel | undefined, Decision[]][] {
  const groups = new Map<Channel | undefined, Decision[]>()
  for (const decision of decisions) {
    const group = groups.get(decision.channel) ?? []
    group.push(decision)
    groups.set(decision.channel, group)
  }
  return [...groups].sort(([a], [b]) => Number(a !== undefined) - Number(b !== undefined))
}
