import { Switch } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Confirm } from '../../components/Confirm'
import { api, unwrap } from '../../lib/api'
import { sayDone, sayFailed } from '../../lib/notify'
import { usePermission } from '../../lib/session'
import { type Workflow, workflowKeys } from './api'

/** Whether events start a workflow; taking a live one out of use asks first. What was never live has no switch. */
export function InUse({ workflow }: { workflow: Workflow }) {
  const { t } = useTranslation()
  const may = usePermission('content:approve')
  const queries = useQueryClient()
  const [asking, setAsking] = useState(false)
  const { key, review, enabled, event_type: type } = workflow
  const name = workflow.name || key
  const retired = review.retired_at !== undefined
  const turn = useMutation({
    mutationFn: () => {
      const params = { path: { key } }
      return unwrap(
        retired
          ? api.POST('/v1/workflows/{key}/unretire', { params, body: {} })
          : api.POST('/v1/workflows/{key}/retire', { params, body: {} }),
      )
    },
    onSuccess: () => sayDone(retired ? t('workflows.started', { name }) : t('workflows.stopped', { name })),
    onError: (error) => sayFailed(error, t),
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: workflowKeys.all })
      setAsking(false)
    },
  })
  if (review.live_version === 0) return null
  return (
    <>
      <Switch
        size="xs"
        aria-label={t('workflows.in_use_of', { name })}
        title={enabled ? undefined : t('workflows.off_in_settings')}
        // What is on its way to the server is shown already; a refusal puts it back.
        checked={enabled && (turn.isPending ? retired : !retired)}
        disabled={!may || !enabled}
        onChange={() => (retired ? turn.mutate() : setAsking(true))}
      />
      <Confirm
        title={t('workflows.stop_title', { name })}
        text={t('workflows.stop_text', { type })}
        confirm={t('workflows.stop')}
        danger
        opened={asking}
        busy={turn.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => turn.mutate()}
      />
    </>
  )
}
