import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CodeEditor } from '../../components/code/CodeEditor'
import { sayFailed } from '../../lib/notify'
import { type JsonSchema, sampleOf } from '../../lib/sample'
import { lastEventQuery, recipientQuery, type View } from './api'
import type { Sample } from './Editor'
import { Settings } from './Settings'
import classes from './TemplatePage.module.css'
import type { Draft } from './use-draft'
import { houseVariables, variablesOf } from './variables'

interface Props {
  view: View
  draft: Draft
  sample: Sample
  onSample: (sample: Sample) => void
  onInsert: (text: string) => void
}

/** Whose message is shown, with which data, and what can be named in it. */
export function DataPane({ view, draft, sample, onSample, onInsert }: Props) {
  const { t } = useTranslation()
  const schema = draft.input.schema as JsonSchema | null
  const variables = variablesOf(schema)
  return (
    <section className={`card ${classes.pane}`} aria-label={t('templates.data')}>
      <h2>{t('templates.data')}</h2>
      <Source view={view} schema={schema} sample={sample} onSample={onSample} />
      <Data sample={sample} onSample={onSample} />
      <h3 className={classes.gap}>{t('templates.variables')}</h3>
      {!draft.readOnly && <p className="dim">{t('templates.variables_hint')}</p>}
      <div className={classes.variables}>
        {variables.map(({ label, detail, required, info }) => (
          <Button
            key={label}
            variant="default"
            size="compact-xs"
            title={[detail, info].filter(Boolean).join(' · ')}
            disabled={draft.readOnly}
            onClick={() => onInsert(required ? `{{ ${label} }}` : `{{ ${label} | default: "" }}`)}
          >
            {required ? label : `${label}?`}
          </Button>
        ))}
        {houseVariables.map((label) => (
          <Button
            key={label}
            variant="subtle"
            size="compact-xs"
            disabled={draft.readOnly}
            onClick={() => onInsert(`{{ ${label} }}`)}
          >
            {label}
          </Button>
        ))}
      </div>
      <Settings draft={draft} />
    </section>
  )
}

interface SourceProps {
  view: View
  schema: JsonSchema | null
  sample: Sample
  onSample: (sample: Sample) => void
}

/** Sample data, the last real event of the type, and a real recipient. */
function Source({ view, schema, sample, onSample }: SourceProps) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [from, setFrom] = useState('sample')
  const [who, setWho] = useState('')
  const choose = async (next: string) => {
    setFrom(next)
    if (next === 'sample') return onSample({ ...sample, data: sampleOf(schema) as Record<string, unknown> })
    const event = await queries.fetchQuery(lastEventQuery(view.key)).catch((error: Error) => sayFailed(error, t))
    if (event) onSample({ ...sample, data: event.data as Record<string, unknown> })
    else setFrom('none')
  }
  const load = async () => {
    const found = await queries.fetchQuery(recipientQuery(who)).catch((error: Error) => sayFailed(error, t))
    if (!found) return
    const { id, name = '', locale = '', timezone = '', data = {} } = found
    onSample({ ...sample, recipient: { id, name, locale, timezone, data: data ?? {} } })
  }
  return (
    <>
      <NativeSelect
        size="xs"
        mt={8}
        label={t('templates.data_from')}
        description={from === 'none' ? t('templates.no_event') : undefined}
        value={from === 'none' ? 'sample' : from}
        onChange={(event) => void choose(event.currentTarget.value)}
        data={[
          { value: 'sample', label: t('templates.from_sample') },
          { value: 'event', label: t('templates.from_event') },
        ]}
      />
      <form
        className={classes.who}
        onSubmit={(event) => {
          event.preventDefault()
          void load()
        }}
      >
        <TextInput
          size="xs"
          label={t('templates.recipient')}
          placeholder={String(sample.recipient.id)}
          value={who}
          onChange={(event) => setWho(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={who === ''}>
          {t('templates.use')}
        </Button>
      </form>
    </>
  )
}

/** The data as JSON; what cannot be read is said and not used. */
function Data({ sample, onSample }: { sample: Sample; onSample: (sample: Sample) => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState<string>()
  const [wrong, setWrong] = useState(false)
  const shown = wrong && text !== undefined ? text : JSON.stringify(sample.data, null, 2)
  return (
    <div className={classes.gap}>
      <CodeEditor
        label={t('templates.data')}
        language="json"
        value={shown}
        minHeight="90px"
        maxHeight="220px"
        onChange={(next) => {
          setText(next)
          const data = objectOf(next)
          setWrong(data === undefined)
          if (data) onSample({ ...sample, data })
        }}
      />
      {wrong && <p role="alert">{t('templates.not_json')}</p>}
    </div>
  )
}

export function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
