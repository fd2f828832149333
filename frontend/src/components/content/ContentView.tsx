import { useTranslation } from 'react-i18next'
import { TelegramChat, WhatsAppChat } from './Chat'
import { DingTalkBubble } from './DingTalkBubble'
import { Email } from './Email'
import { FeishuCard } from './FeishuCard'
import { InAppCard } from './InAppCard'
import { PhonePush, PhoneSms } from './Phone'
import type { Rendered } from './rendered'
import { SlackPost } from './SlackPost'
import { WebhookCall } from './WebhookCall'
import { WebToast } from './WebToast'
import { WeChatCard } from './WeChatCard'
import { WorkCard } from './WorkCard'

/** Whether a push went to a browser and not to a device: its address is a subscription. */
const isBrowser = ({ provider, to }: Rendered) => provider === 'webpush' || to?.startsWith('{')

/** Shows a message as its recipient sees it. */
export function ContentView({ content }: { content: Rendered }) {
  const { t } = useTranslation()
  switch (content.channel) {
    case 'email':
      return <Email content={content} />
    case 'sms':
      return <PhoneSms content={content} />
    case 'whatsapp':
      return <WhatsAppChat content={content} />
    case 'telegram':
      return <TelegramChat content={content} />
    case 'push':
      return isBrowser(content) ? <WebToast content={content} /> : <PhonePush content={content} />
    case 'webhook':
      return <WebhookCall content={content} />
    case 'slack':
      return <SlackPost content={content} />
    case 'in_app':
      return <InAppCard content={content} />
    case 'wechat':
      return <WeChatCard content={content} />
    case 'wecom':
      return <WorkCard content={content} />
    case 'dingtalk':
      return <DingTalkBubble content={content} />
    case 'feishu':
      return <FeishuCard content={content} />
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
