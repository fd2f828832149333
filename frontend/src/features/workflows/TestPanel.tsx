import { Button } from '@mantine/core'
import { IconBolt, IconFlask, IconListSearch } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { RecipientPick } from '../../components/RecipientPick'
import { Simulation } from '../../components/Simulation'
import { ApiError, api, unwrap } from '../../lib/api'
import { sayDone, sayFailed } from '../../lib/notify'
import { errorSentence } from '../../lib/sentences'
import { useMe, usePermission } from '../../lib/session'
import { lastEventData } from './api'
import { inputOf, isObject } from './draft'
import { JsonField } from './JsonField'
import { LiveRun } from './LiveRun'
import classes from './Panels.module.css'
import { sampleOf } from './schema'
import type { Editing } from './use-editing'

/** Tries the workflow as it stands: thought through, or run into the sandbox. */
export function TestPanel({ editing }: { editing: Editing }) {
  const { t } = useTranslation()
  const { key, draft } = editing
  const mayRun = usePermission('content:write')
  const [recipient, setRecipient] = useState(useMe()?.member.recipient_id ?? '')
  const [data, setData] = useState(() => sampleData(draft.event_schema))
  const workflow = { ...inputOf(draft), enabled: true }
  const simulate = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST('/v1/simulate', {
          body: { event: { type: draft.event_type, to: [recipient], data }, workflow: { key, ...workflow } },
        }),
      ),
  })
  const run = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST('/v1/workflows/{key}/test', {
          params: { path: { key } },
          body: { recipient, data, draft: workflow },
        }),
      ),
  })
  const last = useMutation({
    mutationFn: () => lastEventData(draft.event_type),
    onSuccess: (found) =>
      isObject(found) ? setData(found) : sayDone(t('workflows.no_event', { type: draft.event_type })),
    onError: (error) => sayFailed(error, t),
  })
  const error = simulate.error ?? run.error
  return (
    <div className={classes.fields}>
      <RecipientPick value={recipient} onChange={setRecipient} />
      <div className={classes.head}>
        <h2>{t('workflows.data')}</h2>
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconBolt size={13} aria-hidden />}
          loading={last.isPending}
          onClick={() => last.mutate()}
        >
          {t('workflows.last_data')}
        </Button>
      </div>
      <JsonField
        label={t('workflows.data')}
        value={data}
        disabled={false}
        height="160px"
        onChange={(next) => setData(next ?? {})}
      />
      {!draft.enabled && <p className={classes.dim}>{t('workflows.test_enabled')}</p>}
      <div className={classes.buttons}>
        <Button
          variant="default"
          leftSection={<IconListSearch size={15} aria-hidden />}
          loading={simulate.isPending}
          disabled={recipient === ''}
          onClick={() => {
            run.reset()
            simulate.mutate()
          }}
        >
          {t('workflows.simulate')}
        </Button>
        {mayRun && (
          <Button
            leftSection={<IconFlask size={15} aria-hidden />}
            loading={run.isPending}
            disabled={recipient === ''}
            onClick={() => {
              simulate.reset()
              run.mutate()
            }}
          >
            {t('workflows.run')}
          </Button>
        )}
      </div>
      {error && <Refused error={error} />}
      {simulate.data && <Simulation of={simulate.data} />}
      {run.data && <LiveRun key={run.data.event_id} eventId={run.data.event_id} />}
    </div>
  )
}

/** Why a try was refused, fault by fault: paths say where. */
function Refused({ error }: { error: Error }) {
  const { t } = useTranslation()
  const fields = error instanceof ApiError ? error.fields : []
  return (
    <div role="alert" className={classes.fault}>
      {fields.length === 0 && errorSentence(error, t)}
      {fields.map((fault) => (
        <div key={fault.path}>
          <code>{fault.path}</code> {fault.detail}
        </div>
      ))}
    </div>
  )
}

function sampleData(schema: Record<string, unknown> | null): Record<string, unknown> {
  const sample = sampleOf({ type: 'object', ...(schema ?? {}) })
  return isObject(sample) ? sample : {}
}
