import { ActionIcon, Button, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CodeEditor } from '../../components/code/CodeEditor'
import type { Schema } from '../../lib/api'
import { useNamedRows } from '../../lib/named-rows'
import type { JsonSchema } from '../../lib/sample'
import { type Blanked, withBlanks } from './kinds'
import classes from './TemplatePage.module.css'
import { filters, propertiesOf, wordsOf } from './variables'

interface Props {
  channel: Blanked
  schema: JsonSchema | null
  data: Record<string, string>
  faults: Schema['FieldError'][]
  readOnly: boolean
  onChange: (data: Record<string, string>) => void
  onReady: (insert: (text: string) => void) => void
}

/** What fills in a template that the vendor keeps, or the data of a call. */
export function Blanks({ channel, schema, data, faults, readOnly, onChange, onReady }: Props) {
  const { t } = useTranslation()
  const own: readonly string[] = withBlanks[channel]
  const word = (end: string) => t(`templates.blanks_${channel}${end}` as 'templates.blanks_wechat')
  const [fixed, free] = parted(data, own)
  const { rows, set, remove, add, isTaken } = useNamedRows({
    value: free,
    onChange: (next) => onChange({ ...fixed, ...next }),
  })
  const put = (key: string, text: string) => {
    const { [key]: _, ...others } = data
    onChange(text === '' ? others : { ...others, [key]: text })
  }
  const value = (label: string, text: string, key: string, write: (text: string) => void) => (
    <Value
      {...{ label, schema, readOnly, onReady }}
      value={text}
      faults={faults.filter(({ path }) => path.endsWith(`.data.${key}`))}
      onChange={write}
    />
  )
  return (
    <>
      {own.map((key) => (
        <div key={key} className={classes.field}>
          <h3>{word(`_${key}`)}</h3>
          {value(word(`_${key}`), data[key] ?? '', key, (text) => put(key, text))}
        </div>
      ))}
      <fieldset className={classes.blanks} disabled={readOnly}>
        <legend>{word('')}</legend>
        <p className="dim">{word('_hint')}</p>
        {rows.map(([key, text], at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a blank has no other name while its key is being typed
          <div key={at} className={classes.blank}>
            <TextInput
              size="xs"
              aria-label={t('templates.blank_key')}
              placeholder={t('templates.blank_key')}
              value={key}
              error={(isTaken(at) || own.includes(key.trim())) && t('templates.data_twice')}
              onChange={(event) => set(at, [event.currentTarget.value, text])}
            />
            <div>{value(`${t('templates.blank_value')} ${key}`, text, key, (next) => set(at, [key, next]))}</div>
            {!readOnly && (
              <ActionIcon variant="subtle" color="red" aria-label={t('act.delete')} onClick={() => remove(at)}>
                <IconTrash size={15} aria-hidden />
              </ActionIcon>
            )}
          </div>
        ))}
        {!readOnly && (
          <Button size="compact-xs" variant="subtle" onClick={add}>
            {word('_add')}
          </Button>
        )}
      </fieldset>
    </>
  )
}

/** Values whose keys have fields of their own, and all others. */
function parted(data: Record<string, string>, own: readonly string[]) {
  const all = Object.entries(data)
  const these = ([key]: [string, string]) => own.includes(key)
  return [Object.fromEntries(all.filter(these)), Object.fromEntries(all.filter((each) => !these(each)))] as const
}

interface ValueProps {
  label: string
  value: string
  schema: JsonSchema | null
  faults: Schema['FieldError'][]
  readOnly: boolean
  onChange: (text: string) => void
  onReady: (insert: (text: string) => void) => void
}

function Value({ label, value, schema, faults, readOnly, onChange, onReady }: ValueProps) {
  const words = useMemo(() => wordsOf(schema), [schema])
  const properties = useMemo(() => (path: readonly string[]) => propertiesOf(schema, path), [schema])
  const places = useMemo(
    () =>
      faults.map(({ line, column, detail }) => ({ line: line ?? 1, message: detail, ...(column ? { column } : {}) })),
    [faults],
  )
  const [insert, setInsert] = useState<(text: string) => void>()
  return (
    <div onFocusCapture={() => insert && onReady(insert)}>
      <div className={classes.code} data-fault={faults.length > 0 || undefined}>
        <CodeEditor
          {...{ label, value, onChange, readOnly, filters, properties }}
          language="liquid"
          faults={places}
          variables={words}
          minHeight="32px"
          onReady={(put) => setInsert(() => put)}
        />
      </div>
      {faults.map(({ code, detail }) => (
        <p key={code + detail} role="alert" className={classes.fault}>
          {detail}
        </p>
      ))}
    </div>
  )
}
