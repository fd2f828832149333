import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { ChannelLabel } from '../../components/ChannelLabel'
import { Door } from '../../components/Door'
import { Fact, Facts } from '../../components/Facts'
import { Time } from '../../components/Time'
import type { Schema } from '../../lib/api'
import { doors } from '../../lib/doors'
import { type Broadcast, frozenBroadcast } from './broadcasts'
import classes from './FrozenBroadcast.module.css'
import { FrozenWords } from './FrozenWords'

/** What is decided on of a broadcast: how many hear of it, what it costs, when it goes out and what they read. */
export function FrozenBroadcast({ approval }: { approval: Schema['ApprovalView'] }) {
  const { t } = useTranslation()
  const query = useQuery(frozenBroadcast(approval.key))
  return (
    <section className={`card ${classes.card}`} aria-labelledby="goes-out">
      <h2 id="goes-out">{t('approvals.broadcast_goes_out')}</h2>
      <Answered of={query}>
        {(of) =>
          of.frozen && of.hash === approval.hash ? (
            <Frozen of={of} frozen={of.frozen} />
          ) : (
            <p className="dim">{t('approvals.broadcast_edited')}</p>
          )
        }
      </Answered>
    </section>
  )
}

function Frozen({ of, frozen }: { of: Broadcast; frozen: NonNullable<Broadcast['frozen']> }) {
  const { t } = useTranslation()
  const { channels, cost_micros: cost } = frozen.estimate
  const messages = channels.reduce((sum, channel) => sum + channel.messages, 0)
  return (
    <>
      <p className={classes.size}>
        {t('approvals.broadcast_size', { people: of.people.toLocaleString(), messages: messages.toLocaleString() })}
      </p>
      <ul className={classes.ways}>
        {channels.map((way) => (
          <li key={way.channel}>
            <ChannelLabel channel={way.channel} /> {way.messages.toLocaleString()}
          </li>
        ))}
      </ul>
      <Facts title={t('approvals.broadcast_to')}>
        <Fact name={t('approvals.broadcast_to')}>
          <Audience of={of} />
        </Fact>
        <Fact name={t('approvals.broadcast_cost')}>
          {cost > 0 &&
            (cost / 1_000_000).toLocaleString(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 })}
        </Fact>
        <Fact name={t('approvals.broadcast_begins')}>
          {of.send_at ? <Time at={of.send_at} /> : t('approvals.broadcast_at_once')}
        </Fact>
        <Fact name={t('approvals.broadcast_rate')}>
          {of.per_second
            ? t('approvals.broadcast_a_second', { n: of.per_second.toLocaleString() })
            : t('approvals.broadcast_unlimited')}
        </Fact>
        <Fact name={t('approvals.broadcast_window')}>
          {of.window && `${of.window.from}–${of.window.to} ${of.window.timezone}`}
        </Fact>
        <Fact name={t('approvals.broadcast_category')}>
          {of.category && <Door door={doors.category(of.category)}>{of.category}</Door>}
        </Fact>
      </Facts>
      <FrozenWords of={of} />
    </>
  )
}

function Audience({ of: { audience } }: { of: Broadcast }) {
  const { t } = useTranslation()
  if (audience?.everybody) return t('approvals.broadcast_everybody')
  const lists = [
    ...(audience?.segments ?? []).map((key) => ({ key, door: doors.segment(key) })),
    ...(audience?.groups ?? []).map((key) => ({ key, door: doors.group(key) })),
  ]
  const named = audience?.recipients?.length ?? 0
  return (
    <>
      {lists.map(({ key, door }) => (
        <span key={door.to} style={{ marginInlineEnd: 10 }}>
          <Door door={door}>{key}</Door>
        </span>
      ))}
      {named > 0 && t('approvals.broadcast_named', { count: named })}
    </>
  )
}
