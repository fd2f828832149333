import { NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ContentView } from '../../components/content/ContentView'
import { LoadingRows } from '../../components/States'
import type { Schema } from '../../lib/api'
import { type JsonSchema, sampleOf } from '../../lib/sample'
import { errorSentence } from '../../lib/sentences'
import classes from './ApprovalPage.module.css'
import { renderedQuery } from './api'

type Version = Schema['TemplateVersion']

/** The email as it is and as it would be. */
export function RenderedEmail({ approval }: { approval: Schema['ApprovalView'] }) {
  const { t } = useTranslation()
  const document = approval.document as Version | null
  const locales = Object.keys(document?.channels.email ?? {})
  const [locale, setLocale] = useState(document?.default_locale ?? 'en')
  if (!document || locales.length === 0) return null
  const data = sampleOf(document.schema as JsonSchema | undefined) as Record<string, unknown>
  const wasEmail = Boolean((approval.live as Version | null)?.channels.email)
  const side = (version: number) => <Side template={approval.key} version={version} locale={locale} data={data} />
  return (
    <section className={`card ${classes.card}`} aria-labelledby="rendered">
      <div className={classes.head}>
        <h2 id="rendered">{t('approvals.rendered')}</h2>
        <span>{t('approvals.rendered_intro')}</span>
        <NativeSelect
          size="xs"
          ml="auto"
          aria-label={t('field.default_locale')}
          value={locale}
          data={locales}
          onChange={(event) => setLocale(event.currentTarget.value)}
        />
      </div>
      <div className={classes.pair}>
        {wasEmail && (
          <div>
            <h3>{t('approvals.before_version', { version: approval.base_version })}</h3>
            {side(approval.base_version)}
          </div>
        )}
        <div>
          <h3>{t('approvals.after_version', { version: approval.version })}</h3>
          {side(approval.version)}
        </div>
      </div>
    </section>
  )
}

interface SideProps {
  template: string
  version: number
  locale: string
  data: Record<string, unknown>
}

function Side({ template, version, locale, data }: SideProps) {
  const { t } = useTranslation()
  const query = useQuery(renderedQuery(template, version, locale, data))
  const content = query.data?.channels.email
  if (query.error) return <p role="alert">{errorSentence(query.error, t)}</p>
  if (!content) return <LoadingRows rows={5} />
  return (
    <div className={classes.frame}>
      <ContentView content={{ ...content, channel: 'email', at: '' }} />
    </div>
  )
}
