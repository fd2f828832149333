import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { ChannelLabel } from '../../components/ChannelLabel'
import { ContentView } from '../../components/content/ContentView'
import { Door } from '../../components/Door'
import { doors } from '../../lib/doors'
import { type Broadcast, frozenWords } from './broadcasts'
import classes from './FrozenBroadcast.module.css'

/** What speaks against a frozen broadcast, and what some of its audience would read. */
export function FrozenWords({ of }: { of: Broadcast }) {
  const { t } = useTranslation()
  const query = useQuery(frozenWords(of))
  const now = new Date().toISOString()
  return (
    <Answered of={query}>
      {({ findings, previews }) => (
        <>
          {findings.length > 0 && (
            <>
              <h3>{t('approvals.broadcast_findings')}</h3>
              <ul>
                {findings.map(({ code, path, detail }) => (
                  <li key={`${code} ${path}`}>{detail}</li>
                ))}
              </ul>
            </>
          )}
          {previews.length > 0 && <h3>{t('approvals.broadcast_readers')}</h3>}
          {previews.map(({ recipient, messages }) => (
            <div key={recipient.id} className={classes.words}>
              <h4>
                <Door door={doors.recipient(recipient.id)}>{recipient.name || recipient.id}</Door>
              </h4>
              {messages.map((message) =>
                message.skip_reason ? (
                  <p key={message.channel} className="dim" style={{ padding: '8px 12px' }}>
                    <ChannelLabel channel={message.channel} /> {t(`reason_short.${message.skip_reason}`)}
                  </p>
                ) : (
                  <ContentView
                    key={message.channel}
                    content={{ ...message.content, channel: message.channel, at: now }}
                  />
                ),
              )}
            </div>
          ))}
        </>
      )}
    </Answered>
  )
}
