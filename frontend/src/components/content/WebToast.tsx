import { IconBrandChrome, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Rendered } from './rendered'
import classes from './WebToast.module.css'

/** A push as a browser on a desk shows it. */
export function WebToast({ content }: { content: Rendered }) {
  const { t } = useTranslation()
  return (
    <div className={classes.desk}>
      <article className={classes.toast} aria-label={t('content.web_toast')}>
        <header className={classes.head}>
          <IconBrandChrome size={14} aria-hidden />
          {t('content.browser')} · {hostOf(content.url) || t('app.name')}
          <span className={classes.now}>{t('content.now')}</span>
          <IconX size={14} aria-hidden />
        </header>
        <div className={classes.title}>{content.title}</div>
        <div className={classes.body}>{content.body ?? content.text}</div>
        {content.actions && content.actions.length > 0 && (
          <div className={classes.actions}>
            {content.actions.map(({ id, label }) => (
              <span key={id}>{label}</span>
            ))}
          </div>
        )}
      </article>
      {content.url && <div className={classes.opens}>{t('content.opens', { url: content.url })}</div>}
    </div>
  )
}

function hostOf(url: string | undefined): string {
  return url && URL.canParse(url) ? new URL(url).host : ''
}
