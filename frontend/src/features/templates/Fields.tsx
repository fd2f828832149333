import { Button } from '@mantine/core'
import { useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CodeEditor } from '../../components/code/CodeEditor'
import type { Schema } from '../../lib/api'
import type { JsonSchema } from '../../lib/sample'
import { type Field as FieldName, fields, sectionName } from '../../lib/sections'
import { type Channel, isOneOf } from '../../lib/words'
import { Actions } from './Actions'
import type { Input, Source } from './api'
import { Blanks } from './Blanks'
import { DataRows } from './DataRows'
import { isBlanked, kinds, oneLine, type TextField, withActions, withData } from './kinds'
import classes from './TemplatePage.module.css'
import { usePartials } from './use-partials'
import { filters, propertiesOf, wordsOf } from './variables'

interface Props {
  input: Input
  channel: Channel
  locale: string
  source: Source
  faults: Schema['FieldError'][]
  readOnly: boolean
  onChange: (source: Source) => void
  onReady: (insert: (text: string) => void) => void
}

/** The fields of one channel in one language. */
export function Fields({ input, channel, locale, source, faults, readOnly, onChange, onReady }: Props) {
  const { t } = useTranslation()
  const [more, setMore] = useState<TextField[]>([])
  const prefix = `channels.${channel}.${locale}.`
  const wanted = kinds[channel] ?? (Object.keys(source).filter((each) => each !== 'data') as TextField[])
  const open = wanted.filter((field) => isShown(field, channel, source, more))
  const homeless = faults.filter(
    ({ path }) =>
      !open.some((field) => path === prefix + field) && !(isBlanked(channel) && path.startsWith(`${prefix}data.`)),
  )
  return (
    <>
      {open.map((field) => (
        <Field
          key={field}
          field={field}
          schema={input.schema as JsonSchema | null}
          value={source[field] ?? ''}
          faults={faults.filter(({ path }) => path === prefix + field)}
          readOnly={readOnly}
          onChange={(value) => onChange({ ...source, [field]: value })}
          onReady={onReady}
        />
      ))}
      <div className={classes.more}>
        {wanted
          .filter((field) => !readOnly && !open.includes(field))
          .map((field) => (
            <Button key={field} size="compact-xs" variant="subtle" onClick={() => setMore([...more, field])}>
              {t('templates.add_field', { field: isOneOf(fields, field) ? t(`field.${field}`) : field })}
            </Button>
          ))}
      </div>
      {isBlanked(channel) && (
        <Blanks
          channel={channel}
          schema={input.schema as JsonSchema | null}
          data={source.data ?? {}}
          faults={faults.filter(({ path }) => path.startsWith(`${prefix}data.`))}
          readOnly={readOnly}
          onChange={(data) => onChange({ ...source, data })}
          onReady={onReady}
        />
      )}
      {withActions.includes(channel) && (
        <Actions
          actions={source.actions ?? []}
          readOnly={readOnly}
          onChange={(actions) => onChange({ ...source, actions })}
        />
      )}
      {withData.includes(channel) && (
        <DataRows data={source.data ?? {}} readOnly={readOnly} onChange={(data) => onChange({ ...source, data })} />
      )}
      {homeless.map(({ path, code, detail }) => (
        <p key={path + code} role="alert" className={classes.fault}>
          {sectionName(path, t)}: {detail}
        </p>
      ))}
    </>
  )
}

/** An email is written in MJML unless it has HTML; what is empty and not usual waits behind a button. */
function isShown(field: TextField, channel: Channel, source: Source, more: TextField[]): boolean {
  if (source[field] || more.includes(field)) return true
  if (channel === 'email') return field === 'subject' || (field === 'mjml' && !source.html && !source.text)
  return field !== 'image' && field !== 'blocks' && field !== 'url'
}

interface FieldProps {
  field: TextField & FieldName
  schema: JsonSchema | null
  value: string
  faults: Schema['FieldError'][]
  readOnly: boolean
  onChange: (value: string) => void
  onReady: (insert: (text: string) => void) => void
}

function Field({ field, schema, value, faults, readOnly, onChange, onReady }: FieldProps) {
  const { t } = useTranslation()
  const words = useMemo(() => wordsOf(schema), [schema])
  const properties = useCallback((path: readonly string[]) => propertiesOf(schema, path), [schema])
  const places = useMemo(
    () =>
      faults.map(({ line, column, detail }) => ({ line: line ?? 1, message: detail, ...(column ? { column } : {}) })),
    [faults],
  )
  const name = t(`field.${field}`)
  const partials = usePartials()
  const [insert, setInsert] = useState<(text: string) => void>()
  return (
    // A variable goes where the cursor was last.
    <div className={classes.field} onFocusCapture={() => insert && onReady(insert)}>
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
          partials={partials}
          minHeight={oneLine.includes(field) ? '32px' : field === 'mjml' || field === 'html' ? '320px' : '110px'}
          onReady={(put) => setInsert(() => put)}
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
