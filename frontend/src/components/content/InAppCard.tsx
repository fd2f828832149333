import { useTranslation } from 'react-i18next'
import { Time } from '../Time'
import classes from './InAppCard.module.css'
import type { Rendered } from './rendered'

export function InAppCard({ content }: { content: Rendered }) {
  const { t } = useTranslation()
  return (
    <article className={classes.card} aria-label={t('content.in_app_card')}>
      <span className={classes.dot} aria-hidden />
      <div>
        <div className={classes.title}>{content.title}</div>
        <div className={classes.body}>{content.body ?? content.text}</div>
        <Time at={content.at} className={classes.at ?? ''} />
        {content.actions && content.actions.length > 0 && (
          <div className={classes.actions}>
            {content.actions.map((action) => (
              <span key={action.id} className={classes.action}>
                {action.label}
              </span>
            ))}
          </div>
        )}
        {content.url && <div className={classes.at}>{t('content.opens', { url: content.url })}</div>}
      </div>
    </article>
  )
}
