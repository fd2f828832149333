import { ActionIcon, Button, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CodeEditor } from '../../components/code/CodeEditor'
import type { Schema } from '../../lib/api'
import type { JsonSchema } from '../../lib/sample'
import { type Pair, pairsOf, recordOf, sameRecord } from './blank-pairs'
import type { Reserved } from './kinds'
import classes from './TemplatePage.module.css'
import { filters, propertiesOf, wordsOf } from './variables'

interface Props {
  reserved: readonly Reserved[]
  schema: JsonSchema | null
  data: Record<string, string>
  faults: Schema['FieldError'][]
  readOnly: boolean
  onChange: (data: Record<string, string>) => void
  onReady: (insert: (text: string) => void) => void
}

/** What fills in the blanks of a template that the vendor keeps. */
export function Blanks({ reserved, schema, data, faults, readOnly, onChange, onReady }: Props) {
  const { t } = useTranslation()
  const [kept, setPairs] = useState(() => pairsOf(data))
  // A blank without a key is kept only here; what came from elsewhere counts.
  const pairs = sameRecord(recordOf(kept), data) ? kept : pairsOf(data)
  const change = (next: Pair[]) => {
    setPairs(next)
    onChange(recordOf(next))
  }
  const faultsOf = (key: string) => faults.filter(({ path }) => path.endsWith(`.data.${key}`))
  const set = (at: number, part: Partial<Pair>) => change(pairs.map((p, i) => (i === at ? { ...p, ...part } : p)))
  const put = (key: string, value: string) => {
    const at = pairs.findIndex((pair) => pair.key === key)
    if (at >= 0) set(at, { value })
    else change([...pairs, { key, value }])
  }
  const value = (label: string, text: string, key: string, write: (text: string) => void) => (
    <Value {...{ label, schema, readOnly, onReady }} value={text} faults={faultsOf(key)} onChange={write} />
  )
  return (
    <>
      {reserved.map((key) => (
        <div key={key} className={classes.field}>
          <h3>{t(`templates.wechat_${key}`)}</h3>
          {value(t(`templates.wechat_${key}`), data[key] ?? '', key, (text) => put(key, text))}
        </div>
      ))}
      <fieldset className={classes.blanks} disabled={readOnly}>
        <legend>{t('templates.blanks')}</legend>
        <p className="dim">{t('templates.blanks_hint')}</p>
        {pairs.map(({ key, value: text }, at) =>
          reserved.some((each) => each === key) ? null : (
            // biome-ignore lint/suspicious/noArrayIndexKey: a blank has no other name while its key is being typed
            <div key={at} className={classes.blank}>
              <TextInput
                size="xs"
                aria-label={t('templates.blank_key')}
                placeholder="thing1"
                value={key}
                onChange={(event) => set(at, { key: event.currentTarget.value })}
              />
              <div>{value(`${t('templates.blank_value')} ${key}`, text, key, (next) => set(at, { value: next }))}</div>
              {!readOnly && (
                <ActionIcon
                  variant="subtle"
                  color="red"
                  aria-label={t('act.delete')}
                  onClick={() => change(pairs.filter((_, i) => i !== at))}
                >
                  <IconTrash size={15} aria-hidden />
                </ActionIcon>
              )}
            </div>
          ),
        )}
        {!readOnly && (
          <Button size="compact-xs" variant="subtle" onClick={() => change([...pairs, { key: '', value: '' }])}>
            {t('templates.add_blank')}
          </Button>
        )}
      </fieldset>
    </>
  )
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
