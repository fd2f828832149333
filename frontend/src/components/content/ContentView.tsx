import { useTranslation } from 'react-i18next'
import { Email } from './Email'
import { InAppCard } from './InAppCard'
import { PhonePush, PhoneSms } from './Phone'
import type { Rendered } from './rendered'
import { SlackPost } from './SlackPost'
import { WeChatCard } from './WeChatCard'

/** Shows a message as its recipient sees it. */
export function ContentView({ content }: { content: Rendered }) {
  const { t } = useTranslation()
  switch (content.channel) {
    case 'email':
      return <Email content={content} />
    case 'sms':
    case 'whatsapp':
    case 'telegram':
      return <PhoneSms content={content} />
    case 'push':
      return <PhonePush content={content} />
    case 'slack':
      return <SlackPost content={content} />
    case 'in_app':
      return <InAppCard content={content} />
    case 'wechat':
      return <WeChatCard content={content} />
    default: {
      const { channel: _, at: __, ...raw } = content
      return (
        <section aria-label={t('content.raw')} style={{ padding: 14 }}>
          <pre style={{ margin: 0, whiteSpace: 'pre-wrap', wordBreak: 'break-word' }}>
            {JSON.stringify(raw, null, 2)}
          </pre>
        </section>
      )
    }
  }
}
