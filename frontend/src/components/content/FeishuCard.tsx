import { IconSend } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { shortTime } from '../../lib/time'
import classes from './ChatCard.module.css'
import type { Rendered } from './rendered'

/** A message of Feishu: a card with a coloured head and a button, a post, or plain text. */
export function FeishuCard({ content }: { content: Rendered }) {
  const { t, i18n } = useTranslation()
  const isCard = Boolean(content.url)
  return (
    <article className={classes.thread} aria-label={t('content.feishu_card')}>
      <span className={classes.avatar} data-brand="feishu" aria-hidden>
        <IconSend size={17} />
      </span>
      <div className={classes.said}>
        <div className={classes.by}>
          <b>{t('app.name')}</b>
          <span className={classes.bot}>{t('content.bot')}</span>
          <span>{shortTime(new Date(content.at), i18n.language)}</span>
          {content.to && <span>{content.to}</span>}
        </div>
        <div className={classes.bubble} data-card={isCard || undefined}>
          {content.title && <div className={isCard ? classes.banner : classes.title}>{content.title}</div>}
          <p className={classes.text}>{content.text}</p>
          {content.url && (
            <div className={classes.button} title={content.url}>
              {content.data?.link_label || t('content.details')}
            </div>
          )}
        </div>
      </div>
    </article>
  )
}
