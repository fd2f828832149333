import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { CodeEditor } from '../../components/code/CodeEditor'
import { ApiError, type Schema } from '../../lib/api'
import { type LayoutDraft, type LayoutView, layoutPreviewQuery } from './layouts'
import { PreviewFrame } from './PreviewFrame'
import { type SampleEmail, SamplePane, useSampleEmail } from './SamplePane'
import classes from './TemplatePage.module.css'
import { useDebounced } from './use-debounced'
import { filters, propertiesOf, wordsOf } from './variables'

const now = new Date().toISOString()
const words = [{ label: 'content', detail: 'email' }, ...wordsOf(null)]
const properties = (path: readonly string[]) => propertiesOf(null, path)

/** An email to try it with on the left, the layout in the middle, both together on the right. */
export function LayoutEditor({ view, draft }: { view: LayoutView; draft: LayoutDraft }) {
  const { t } = useTranslation()
  const [email, setEmail] = useSampleEmail()
  const body = useDebounced(useBody(draft, email), 300)
  const query = useQuery({ ...layoutPreviewQuery(view.key, body), placeholderData: (before) => before })
  const faults = query.error instanceof ApiError ? query.error.fields : []
  const content = query.data?.channels.email
  const { input, change, readOnly } = draft
  return (
    <div className={classes.panes}>
      <SamplePane layout={view.key} email={email} onEmail={setEmail} />
      <section className={`card ${classes.pane}`} aria-label={t('field.layout')}>
        <p className="dim">{t('layouts.content_hint', { mark: '{{ content }}' })}</p>
        {(['mjml', 'text'] as const).map((field) => (
          <Part
            key={field}
            name={t(`field.${field}`)}
            height={field === 'mjml' ? '320px' : '90px'}
            value={input[field] ?? ''}
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

function useBody({ input }: LayoutDraft, { mjml, text, data, locale }: SampleEmail): Schema['LayoutPreviewInput'] {
  return useMemo(
    () => ({ mjml: input.mjml, text: input.text ?? '', body: mjml, body_text: text, data, locale, recipient: someone }),
    [input, mjml, text, data, locale],
  )
}

interface PartProps {
  name: string
  height: string
  value: string
  faults: Schema['FieldError'][]
  readOnly: boolean
  onChange: (value: string) => void
}

function Part({ name, height, value, faults, readOnly, onChange }: PartProps) {
  const { t } = useTranslation()
  const places = faults.map(({ line, column, detail }) => ({
    line: line ?? 1,
    message: detail,
    ...(column ? { column } : {}),
  }))
  return (
    <div className={classes.field}>
      <div className={classes.fieldHead}>
        <h3>{name}</h3>
      </div>
      <div className={classes.code} data-fault={faults.length > 0 || undefined}>
        <CodeEditor
          label={name}
          language="liquid"
          value={value}
          onChange={onChange}
          readOnly={readOnly}
          faults={places}
          variables={words}
          properties={properties}
          filters={filters}
          minHeight={height}
        />
      </div>
      {faults.map(({ code, detail, column }) => (
        <p key={code + detail} role="alert" className={classes.fault}>
          {detail}
          {column ? ` (${t('templates.column', { column })})` : ''}
        </p>
      ))}
    </div>
  )
}
