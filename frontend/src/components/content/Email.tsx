import { SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { emailDocument } from '../../lib/email-document'
import classes from './Email.module.css'
import type { Rendered } from './rendered'

type View = 'html' | 'text' | 'headers'

export function Email({ content }: { content: Rendered }) {
  const { t } = useTranslation()
  const views: View[] = [
    ...(content.html ? (['html'] as const) : []),
    ...(content.text ? (['text'] as const) : []),
    ...(content.headers && Object.keys(content.headers).length > 0 ? (['headers'] as const) : []),
  ]
  const [wanted, setWanted] = useState<View>('html')
  const view = views.includes(wanted) ? wanted : views[0]
  return (
    <article className={classes.email} aria-label={t('content.email_frame')}>
      <header className={classes.head}>
        <div className={classes.subject}>{content.subject || t('content.no_subject')}</div>
        {content.to && (
          <div className={classes.to}>
            {t('content.to')} <span>{content.to}</span>
          </div>
        )}
      </header>
      {views.length > 1 && (
        <SegmentedControl
          className={classes.views}
          size="xs"
          aria-label={t('content.view')}
          value={view ?? 'html'}
          onChange={(next) => setWanted(next as View)}
          data={views.map((value) => ({ value, label: t(`content.${value}`) }))}
        />
      )}
      {view === 'html' && (
        <iframe
          className={classes.frame}
          title={t('content.email_frame')}
          sandbox=""
          srcDoc={emailDocument(content.html ?? '')}
        />
      )}
      {view === 'text' && (
        // A long text scrolls, so the keyboard must be able to reach it.
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region needs focus to be scrolled by keys
        <pre className={classes.text} tabIndex={0}>
          {content.text}
        </pre>
      )}
      {view === 'headers' && (
        <dl className={classes.headers}>
          {Object.entries(content.headers ?? {}).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </article>
  )
}
