import { IconChecks, IconUser } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { mrkdwn } from '../../lib/mrkdwn'
import { telegramRuns } from '../../lib/telegram-html'
import { shortTime } from '../../lib/time'
import classes from './Chat.module.css'
import { Runs } from './Mrkdwn'
import type { Rendered } from './rendered'

interface Props {
  app: 'whatsapp' | 'telegram'
  label: string
  content: Rendered
  children: ReactNode
}

function Chat({ app, label, content, children }: Props) {
  const { t, i18n } = useTranslation()
  return (
    <div className={classes.stage}>
      <article className={classes.chat} data-app={app} aria-label={label}>
        <header className={classes.head}>
          <span className={classes.avatar} aria-hidden>
            <IconUser size={18} stroke={1.5} />
          </span>
          <span>
            <b>{t('app.name')}</b>
            {content.to && <span className={classes.to}>{t('sandbox.to', { to: content.to })}</span>}
          </span>
        </header>
        <div className={classes.wall}>
          <div className={classes.bubble}>
            {children}
            <span className={classes.time}>
              {shortTime(new Date(content.at), i18n.language)}
              {app === 'whatsapp' && <IconChecks size={14} aria-hidden />}
            </span>
          </div>
        </div>
      </article>
    </div>
  )
}

/** A message as WhatsApp shows it; of a template only its name and parameters are known. */
export function WhatsAppChat({ content }: { content: Rendered }) {
  const { t } = useTranslation()
  const template = content.title || content.data?.template || content.data?.content_sid
  // WhatsApp marks text as Slack does, but has no links in angle brackets.
  const plain = (content.text ?? content.body ?? '').replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return (
    <Chat app="whatsapp" label={t('content.whatsapp_chat')} content={content}>
      {template && <div className={classes.template}>{t('content.template', { id: template })}</div>}
      <Runs runs={mrkdwn(plain)} />
    </Chat>
  )
}

/** A message as Telegram shows it. */
export function TelegramChat({ content }: { content: Rendered }) {
  const { t } = useTranslation()
  const text = content.text ?? content.body ?? ''
  const marked = content.headers?.parse_mode === 'HTML'
  return (
    <Chat app="telegram" label={t('content.telegram_chat')} content={content}>
      <Runs runs={marked ? telegramRuns(text) : [{ text }]} />
    </Chat>
  )
}
