import { useTranslation } from 'react-i18next'
import { ChannelLabel } from '../../components/ChannelLabel'
import { ContentView } from '../../components/content/ContentView'
import { Door } from '../../components/Door'
import { doors } from '../../lib/doors'
import type { Check } from './api'
import classes from './Broadcasts.module.css'

/** What some of the audience would get, in the words they would read. */
export function Previews({ list }: { list: Check['previews'] }) {
  const { t } = useTranslation()
  const now = new Date().toISOString()
  if (list.length === 0) return null
  return (
    <section aria-label={t('broadcasts.previews')}>
      <h2>{t('broadcasts.previews')}</h2>
      {list.map(({ recipient, messages }) => (
        <article
          key={recipient.id}
          className={classes.preview}
          aria-label={t('broadcasts.preview_of', { name: recipient.name || recipient.id })}
        >
          <h3>
            <Door door={doors.recipient(recipient.id)}>{recipient.name || recipient.id}</Door>
          </h3>
          {messages.map((message) =>
            message.skip_reason ? (
              <p key={message.channel} className={classes.dim} style={{ padding: '8px 12px' }}>
                <ChannelLabel channel={message.channel} /> {t('broadcasts.not_sent')}:{' '}
                {t(`reason_short.${message.skip_reason}`)}
              </p>
            ) : (
              <ContentView key={message.channel} content={{ ...message.content, channel: message.channel, at: now }} />
            ),
          )}
        </article>
      ))}
    </section>
  )
}
