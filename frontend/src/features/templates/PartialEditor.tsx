import { SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyButton } from '../../components/CopyButton'
import { CodeEditor } from '../../components/code/CodeEditor'
import { ApiError, type Schema } from '../../lib/api'
import { inWords } from '../../lib/faults'
import { objectOf } from './DataJson'
import { PartField } from './PartField'
import { PreviewFrame } from './PreviewFrame'
import { type PartDraft, type PartView, partialPreviewQuery } from './parts'
import classes from './TemplatePage.module.css'
import { Uses } from './Uses'
import { useDebounced } from './use-debounced'
import { usePartials } from './use-partials'
import { wordsOf } from './variables'

const now = new Date().toISOString()
const someone = { id: 'ada', name: 'Ada Lovelace', locale: 'en', timezone: 'Europe/London', data: {} }
const words = wordsOf(null).filter(({ label }) => label !== 'data')

/** What it is given on the left, its words in the middle, what people see of it on the right. */
export function PartialEditor({ view, draft }: { view: PartView; draft: PartDraft }) {
  const { t } = useTranslation()
  const [data, setData] = useState<Record<string, unknown>>({})
  const { input, change, readOnly } = draft
  const body = useDebounced(
    useMemo(() => ({ mjml: input.mjml ?? '', text: input.text ?? '', data, recipient: someone }), [input, data]),
    300,
  )
  const query = useQuery({ ...partialPreviewQuery(view.key, body), placeholderData: (before) => before })
  const faults = query.error instanceof ApiError ? inWords(query.error.fields) : []
  const partials = usePartials(view.key)
  return (
    <div className={classes.panes}>
      <GivenPane of={view.key} parameters={query.data?.parameters ?? []} onData={setData} />
      <section className={`card ${classes.pane}`} aria-label={t('field.partial')}>
        <p className="dim">{t('partials.fields_hint')}</p>
        {(['mjml', 'text'] as const).map((field) => (
          <PartField
            key={field}
            name={field === 'mjml' ? t('partials.markup') : t('field.text')}
            height={field === 'mjml' ? '220px' : '110px'}
            value={input[field] ?? ''}
            words={words}
            partials={partials}
            faults={faults.filter(({ path }) => path === `partial.${field}`)}
            readOnly={readOnly}
            onChange={(text) => change({ ...input, [field]: text })}
          />
        ))}
      </section>
      <Preview shown={query.data} error={query.error} />
    </div>
  )
}

interface GivenProps {
  of: string
  parameters: Schema['Parameter'][]
  onData: (data: Record<string, unknown>) => void
}

/** How it is rendered, with what it can be given, and where it stands. */
function GivenPane({ of, parameters, onData }: GivenProps) {
  const { t } = useTranslation()
  const [text, setText] = useState('{}')
  const call = `{% render '${of}'${parameters.map(({ name }) => `, ${name}: ${name}`).join('')} %}`
  return (
    <section className={`card ${classes.pane}`} aria-label={t('partials.call')}>
      <h2>{t('partials.call')}</h2>
      <p className={classes.call}>
        <code>{call}</code>
        <CopyButton text={call} label={t('partials.copy')} />
      </p>
      <h3 className={classes.gap}>{t('partials.parameters')}</h3>
      {parameters.length === 0 && <p className="dim">{t('partials.no_parameters')}</p>}
      <ul className={classes.uses}>
        {parameters.map(({ name, required }) => (
          <li key={name}>
            <code>{name}</code>{' '}
            <span className="dim">{required ? t('partials.required') : t('partials.optional')}</span>
          </li>
        ))}
      </ul>
      <h3 className={classes.gap}>{t('partials.given')}</h3>
      <p className="dim">{t('partials.given_hint')}</p>
      <div className={classes.code}>
        <CodeEditor
          label={t('partials.given')}
          language="json"
          value={text}
          minHeight="70px"
          maxHeight="220px"
          onChange={(next) => {
            setText(next)
            const read = objectOf(next)
            if (read) onData(read)
          }}
        />
      </div>
      {!objectOf(text) && <p role="alert">{t('templates.not_json')}</p>}
      <Uses kind="partials" of={of} />
    </section>
  )
}

/** In an email and as text, as far as it says something there. */
function Preview({ shown, error }: { shown: Schema['PartialPreview'] | undefined; error: Error | null }) {
  const { t } = useTranslation()
  const [wanted, setWanted] = useState<'email' | 'sms'>('email')
  const channels = (['email', 'sms'] as const).filter((channel) => shown?.channels[channel])
  const channel = channels.includes(wanted) ? wanted : (channels[0] ?? 'email')
  const content = shown?.channels[channel]
  return (
    <PreviewFrame
      email={channel === 'email'}
      error={error}
      waiting
      content={content && { ...content, channel, at: now }}
      action={
        channels.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label={t('templates.channels')}
            value={channel}
            onChange={setWanted}
            data={channels.map((value) => ({ value, label: t(value === 'email' ? 'channel.email' : 'field.text') }))}
          />
        )
      }
    />
  )
}
