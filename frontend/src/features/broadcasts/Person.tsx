import { IconAlertTriangle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ChannelLabel } from '../../components/ChannelLabel'
import { Chip } from '../../components/Chip'
import { ContentView } from '../../components/content/ContentView'
import { Door } from '../../components/Door'
import { doors } from '../../lib/doors'
import type { Previewed } from './api'
import classes from './Previews.module.css'

interface Props {
  of: Previewed
  fits: (message: Previewed['messages'][number]) => boolean
  /** They would get it, were they in the audience. */
  outside?: boolean
}

/** What one person would get, as each channel shows it; and of what they would not get, why. */
export function Person({ of: { recipient, messages }, fits, outside }: Props) {
  const { t } = useTranslation()
  const name = recipient.name || recipient.id
  const now = new Date().toISOString()
  return (
    <article className={classes.person} aria-label={t('broadcasts.preview_of', { name })}>
      <h4>
        <Door door={doors.recipient(recipient.id)}>{name}</Door>
        {outside && (
          <Chip tone="warn" icon={IconAlertTriangle}>
            {t('broadcasts.preview_outside')}
          </Chip>
        )}
      </h4>
      {messages.filter(fits).map((message) => (
        <div key={message.channel} className={classes.message}>
          <p className={classes.line}>
            <ChannelLabel channel={message.channel} />
            {message.locale && <span className="dim">{message.locale}</span>}
            {message.parts > 1 && (
              <span className="dim">{t('broadcasts.channel_parts', { parts: message.parts.toLocaleString() })}</span>
            )}
          </p>
          {message.skip_reason ? (
            <p className={classes.line} data-bad={message.skip_reason === 'template_failed'}>
              {t('broadcasts.not_sent')}: {t(`reason_short.${message.skip_reason}`)}
              {message.detail && <span className={classes.detail}>{message.detail}</span>}
            </p>
          ) : (
            <ContentView content={{ ...message.content, channel: message.channel, at: now }} />
          )}
        </div>
      ))}
    </article>
  )
}
