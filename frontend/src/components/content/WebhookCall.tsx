import { useTranslation } from 'react-i18next'
import type { Rendered } from './rendered'
import classes from './WebhookCall.module.css'

/** A webhook as its receiver gets it: the request, its headers and its JSON. */
export function WebhookCall({ content }: { content: Rendered }) {
  const { t } = useTranslation()
  const headers = Object.entries(content.headers ?? {})
  return (
    <article className={classes.call} aria-label={t('content.webhook_call')}>
      {content.to && (
        <div className={classes.line}>
          <b>POST</b> <span>{content.to}</span>
        </div>
      )}
      {headers.length > 0 && (
        <dl className={classes.headers}>
          {headers.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region needs focus to be scrolled by keys */}
      <pre className={classes.body} tabIndex={0}>
        {pretty(content)}
      </pre>
    </article>
  )
}

/** The body as it came, set out; before it is sent only its data is known. */
function pretty({ text, title, url, data }: Rendered): string {
  if (!text?.startsWith('{')) return JSON.stringify({ title, text, url, data }, null, 2)
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
