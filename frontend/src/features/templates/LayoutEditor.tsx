import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, type Schema } from '../../lib/api'
import { inWords } from '../../lib/faults'
import { PartField } from './PartField'
import { PreviewFrame } from './PreviewFrame'
import { layoutPreviewQuery, type PartDraft, type PartView } from './parts'
import { type SampleEmail, SamplePane, useSampleEmail } from './SamplePane'
import classes from './TemplatePage.module.css'
import { useDebounced } from './use-debounced'
import { usePartials } from './use-partials'
import { wordsOf } from './variables'

const now = new Date().toISOString()
const words = [{ label: 'content', detail: 'email' }, ...wordsOf(null)]

/** An email to try it with on the left, the layout in the middle, both together on the right. */
export function LayoutEditor({ view, draft }: { view: PartView; draft: PartDraft }) {
  const { t } = useTranslation()
  const [email, setEmail] = useSampleEmail()
  const body = useDebounced(useBody(draft, email), 300)
  const query = useQuery({ ...layoutPreviewQuery(view.key, body), placeholderData: (before) => before })
  const faults = query.error instanceof ApiError ? inWords(query.error.fields) : []
  const content = query.data?.channels.email
  const { input, change, readOnly } = draft
  const partials = usePartials()
  return (
    <div className={classes.panes}>
      <SamplePane layout={view.key} email={email} onEmail={setEmail} />
      <section className={`card ${classes.pane}`} aria-label={t('field.layout')}>
        <p className="dim">{t('layouts.content_hint', { mark: '{{ content }}' })}</p>
        {(['mjml', 'text'] as const).map((field) => (
          <PartField
            key={field}
            name={t(`field.${field}`)}
            height={field === 'mjml' ? '320px' : '90px'}
            value={input[field] ?? ''}
            words={words}
            partials={partials}
            faults={faults.filter(({ path }) => path === `layout.${field}`)}
            readOnly={readOnly}
            onChange={(text) => change({ ...input, [field]: text })}
          />
        ))}
      </section>
      <PreviewFrame
        email
        error={query.error}
        waiting
        content={content && { ...content, subject: email.subject, channel: 'email', at: now }}
      />
    </div>
  )
}

const someone = { id: 'ada', name: 'Ada Lovelace', locale: 'en', timezone: 'Europe/London', data: {} }

function useBody({ input }: PartDraft, { mjml, text, data, locale }: SampleEmail): Schema['LayoutPreviewInput'] {
  return useMemo(
    () => ({
      mjml: input.mjml ?? '',
      text: input.text ?? '',
      body: mjml,
      body_text: text,
      data,
      locale,
      recipient: someone,
    }),
    [input, mjml, text, data, locale],
  )
}
