import { IconBolt } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { shortTime } from '../../lib/time'
import classes from './ChatCard.module.css'
import type { Rendered } from './rendered'

/** A message of DingTalk: a bubble beside the sender’s mark, with a button when it leads somewhere. */
export function DingTalkBubble({ content }: { content: Rendered }) {
  const { t, i18n } = useTranslation()
  return (
    <article className={classes.thread} aria-label={t('content.dingtalk_bubble')}>
      <span className={classes.avatar} data-brand="dingtalk" aria-hidden>
        <IconBolt size={18} />
      </span>
      <div className={classes.said}>
        <div className={classes.by}>
          <b>{t('app.name')}</b>
          <span>{shortTime(new Date(content.at), i18n.language)}</span>
          {content.to && <span>{content.to}</span>}
        </div>
        <div className={classes.bubble}>
          {content.title && <div className={classes.title}>{content.title}</div>}
          <p className={classes.text}>{content.text}</p>
          {content.url && (
            <div className={classes.action} title={content.url}>
              {content.data?.link_label || t('content.details')}
            </div>
          )}
        </div>
      </div>
    </article>
  )
}
