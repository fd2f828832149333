import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sayFailed } from '../../lib/notify'
import { type JsonSchema, sampleOf } from '../../lib/sample'
import { lastEventQuery, recipientQuery, type View } from './api'
import type { Sample } from './Editor'
import classes from './TemplatePage.module.css'

interface Props {
  view: View
  schema: JsonSchema | null
  sample: Sample
  onSample: (sample: Sample) => void
}

/** Sample data, the last real event that used the template, and a real recipient. */
export function DataSource({ view, schema, sample, onSample }: Props) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [from, setFrom] = useState('sample')
  const [who, setWho] = useState('')
  const choose = async (next: string) => {
    setFrom(next)
    if (next === 'sample') return onSample({ ...sample, data: sampleOf(schema) as Record<string, unknown> })
    const event = await queries.fetchQuery(lastEventQuery(view.key)).catch((error: Error) => sayFailed(error, t))
    if (event) onSample({ ...sample, data: (event.data ?? {}) as Record<string, unknown> })
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
