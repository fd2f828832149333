import { IconBuilding, IconChevronRight } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { shortTime } from '../../lib/time'
import classes from './ChatCard.module.css'
import type { Rendered } from './rendered'

/** A message of WeCom: a card with its link at the foot, or a bubble. */
export function WorkCard({ content }: { content: Rendered }) {
  const { t, i18n } = useTranslation()
  return (
    <article className={classes.stage} aria-label={t('content.wecom_card')}>
      <div className={classes.time}>{shortTime(new Date(content.at), i18n.language)}</div>
      <div className={classes.card} data-brand="wecom">
        <div className={classes.from}>
          <IconBuilding size={14} aria-hidden />
          {t('app.name')}
        </div>
        {content.title && <div className={classes.title}>{content.title}</div>}
        <p className={classes.text}>{content.text}</p>
        {content.url && (
          <div className={classes.foot} title={content.url}>
            {content.data?.link_label || t('content.details')}
            <IconChevronRight size={15} aria-hidden />
          </div>
        )}
      </div>
      {content.to && <div className={classes.to}>{content.to}</div>}
    </article>
  )
}
