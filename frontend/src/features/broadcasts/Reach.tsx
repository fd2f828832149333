import { useTranslation } from 'react-i18next'
import { ChannelLabel } from '../../components/ChannelLabel'
import type { Estimate } from './api'
import classes from './Broadcasts.module.css'

/** Whom it would reach, by which channels, and whom not. */
export function Reach({ estimate }: { estimate: Estimate }) {
  const { t } = useTranslation()
  const number = (n: number) => n.toLocaleString()
  return (
    <>
      <p className={classes.big}>
        {t('broadcasts.reaches', { reached: number(estimate.reached), people: number(estimate.people) })}
      </p>
      <p className={classes.dim}>
        {t('broadcasts.sampled', { count: estimate.sampled })}{' '}
        {estimate.cost_micros > 0 && `${t('broadcasts.costs', { cost: priced(estimate.cost_micros) })} `}
        {estimate.seconds > 0 && t('broadcasts.takes', { time: lasting(estimate.seconds) })}
      </p>
      <ul className={classes.list}>
        {estimate.channels.map(({ channel, messages, parts, held, cost_micros }) => (
          <li key={channel} className={classes.finding}>
            <ChannelLabel channel={channel} />
            <span>
              {t('broadcasts.channel_line', { messages: number(messages) })}
              {parts > messages && `, ${t('broadcasts.channel_parts', { parts: number(parts) })}`}
              {cost_micros > 0 && `, ${t('broadcasts.channel_cost', { cost: priced(cost_micros) })}`}
              {held > 0 && `, ${t('broadcasts.channel_held', { held: number(held) })}`}
            </span>
          </li>
        ))}
        {estimate.skips.map(({ channel, reason, people }) => (
          <li key={`${channel} ${reason}`} className={classes.finding}>
            <ChannelLabel channel={channel} />
            <span className="dim">
              {t('broadcasts.skips')}: {t(`reason_short.${reason}`)}, {number(people)}
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}

/** Millionths of the unit that integrations are priced in. */
export const priced = (micros: number) =>
  (micros / 1_000_000).toLocaleString(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 })

/** A span of seconds as 1:02:03. */
export function lasting(seconds: number): string {
  const two = (n: number) => String(n).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return hours > 0 ? `${hours}:${rest}` : rest
}
