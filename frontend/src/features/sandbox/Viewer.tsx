import { useTranslation } from 'react-i18next'
import { ContentView } from '../../components/content/ContentView'
import { Id } from '../../components/Id'
import { Time } from '../../components/Time'
import type { Schema } from '../../lib/api'
import { doors } from '../../lib/doors'
import classes from './Viewer.module.css'

/** One received message as a person would see it, with the way back to its story. */
export function Viewer({ message }: { message: Schema['SandboxMessage'] | undefined }) {
  const { t } = useTranslation()
  if (!message) return null
  return (
    <section className="card" aria-label={t(`channel.${message.channel}`)}>
      <div className={classes.head}>
        <span>
          {t('sandbox.provider')} <b>{message.provider}</b>
        </span>
        <span>
          {t('sandbox.received')} <Time at={message.received_at} />
        </span>
        {message.message_id && (
          <span className={classes.id}>
            {t('sandbox.our_message')} <Id id={message.message_id} door={doors.message(message.message_id)} />
          </span>
        )}
      </div>
      <ContentView key={message.id} content={{ ...message, body: message.text ?? '', at: message.received_at }} />
    </section>
  )
}
