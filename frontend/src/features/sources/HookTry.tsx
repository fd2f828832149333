import { Button } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CodeEditor } from '../../components/code/CodeEditor'
import { FormSection } from '../../components/form/FormPage'
import { Time } from '../../components/Time'
import { ApiError } from '../../lib/api'
import { errorSentence } from '../../lib/sentences'
import classes from './Hook.module.css'
import { type Hook, type Mapping, useTry } from './hook-api'

const example = '{\n  "type": "order.shipped",\n  "data": { "user_id": "ada", "order_id": "1001" }\n}'

interface Props {
  source: string
  mapping: Mapping
  last: Hook['last'] | undefined
}

/** A payload beside the event it becomes, while the mapping is being written. */
export function HookTry({ source, mapping, last }: Props) {
  const { t } = useTranslation()
  const [text, setText] = useState(() => (last?.payload === undefined ? example : pretty(last.payload)))
  const [settled] = useDebouncedValue(JSON.stringify({ text, mapping }), 350)
  const given = JSON.parse(settled) as { text: string; mapping: Mapping }
  const payload = parsed(given.text)
  const tried = useTry(source, given.mapping, payload, payload !== undefined)
  return (
    <FormSection title={t('sources.hook_try')} intro={t('sources.hook_try_text')}>
      {last?.at && (
        <p className={classes.last}>
          <span>
            <Time at={last.at} /> · {last.outcome === 'accepted' ? t('sources.hook_accepted') : last.outcome}
          </span>
          {last.payload !== undefined && (
            <Button size="compact-xs" variant="default" onClick={() => setText(pretty(last.payload))}>
              {t('sources.hook_last_use')}
            </Button>
          )}
        </p>
      )}
      <div>
        <p className={classes.label}>{t('sources.hook_payload')}</p>
        <div className={classes.editor}>
          <CodeEditor
            label={t('sources.hook_payload')}
            language="json"
            value={text}
            onChange={setText}
            maxHeight="260px"
          />
        </div>
      </div>
      <div aria-live="polite">
        <p className={classes.label}>{t('sources.hook_event')}</p>
        {payload === undefined && <p className={classes.fault}>{t('sources.hook_not_json')}</p>}
        {payload !== undefined && tried.error && <Refusal error={tried.error} />}
        {payload !== undefined && !tried.error && tried.data?.event === null && (
          <p className={classes.last}>{t('sources.hook_ignored', { why: tried.data.ignored ?? '' })}</p>
        )}
        {payload !== undefined && !tried.error && tried.data?.event && (
          <div className={classes.editor}>
            <CodeEditor
              label={t('sources.hook_event')}
              language="json"
              value={pretty(tried.data.event)}
              readOnly
              maxHeight="260px"
            />
          </div>
        )}
      </div>
    </FormSection>
  )
}

function Refusal({ error }: { error: Error }) {
  const { t } = useTranslation()
  const fields = error instanceof ApiError ? error.fields : []
  if (fields.length === 0) return <p className={classes.fault}>{errorSentence(error, t)}</p>
  return fields.map(({ path, detail }) => (
    <p key={path} className={classes.fault}>
      <code>{path}</code>: {detail}
    </p>
  ))
}

const pretty = (value: unknown) => JSON.stringify(value, null, 2)

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
