import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ChannelLabel } from '../../components/ChannelLabel'
import { Door } from '../../components/Door'
import { StatusChip } from '../../components/StatusChip'
import type { Schema } from '../../lib/api'
import { doors } from '../../lib/doors'
import { usePolling } from '../../lib/live'
import { personName } from '../../lib/names'
import { causedQuery, type ShopOrderView } from './api'
import classes from './ShopPage.module.css'

type Letter = ShopOrderView['letters'][number]
type Message = Schema['Message']

/** The events the services posted, each with the messages it led to. */
export function Letters({ order }: { order: ShopOrderView }) {
  const { t } = useTranslation()
  const messages = useQuery({ ...causedQuery(order.trace_id), refetchInterval: usePolling() }).data?.rows ?? []
  return (
    <section className={`card ${classes.card}`} aria-labelledby="shop-letters">
      <h2 id="shop-letters">{t('shop.caused')}</h2>
      {order.letters.length === 0 && <p className={classes.dim}>{t('shop.caused_none')}</p>}
      <ol className={classes.letters}>
        {order.letters.map((letter) => (
          <Posted
            key={letter.id}
            letter={letter}
            messages={messages.filter(({ event_id }) => letter.event_id !== '' && event_id === letter.event_id)}
          />
        ))}
      </ol>
    </section>
  )
}

function Posted({ letter, messages }: { letter: Letter; messages: Message[] }) {
  const { t } = useTranslation()
  return (
    <li className={classes.letter}>
      <div className={classes.letterHead}>
        <b>{letter.event_id ? <Door door={doors.event(letter.event_id)}>{letter.type}</Door> : letter.type}</b>
        <span className={classes.dim}>
          {letter.posted_at
            ? t('shop.posted_by', { source: letter.source })
            : t(letter.after_saga ? 'shop.after_saga' : 'shop.to_post', { source: letter.source })}
        </span>
      </div>
      {letter.error && <p className={classes.bad}>{letter.error}</p>}
      <ul className={classes.messages}>
        {messages.map((message) => (
          <li key={message.id} className={classes.message}>
            <StatusChip status={message.status} />
            <Door door={doors.message(message.id)}>
              <ChannelLabel channel={message.channel} />
            </Door>
            <span className={classes.dim}>
              {personName(message.recipient, message.address)}
              {message.skip_reason && ` · ${t(`reason_short.${message.skip_reason}`)}`}
            </span>
          </li>
        ))}
      </ul>
    </li>
  )
}
