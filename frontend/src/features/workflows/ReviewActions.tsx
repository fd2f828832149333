import { Button, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Confirm } from '../../components/Confirm'
import { Door } from '../../components/Door'
import { api, unwrap } from '../../lib/api'
import { doors } from '../../lib/doors'
import { sayDone, sayFailed } from '../../lib/notify'
import { useMe, usePermission } from '../../lib/session'
import { type Workflow, workflowKeys } from './api'
import { Differences } from './Differences'
import type { Fault } from './draft'
import type { Editing } from './use-editing'

interface Props {
  workflow: Workflow
  editing: Editing
  faults: Fault[]
}

type Ask = 'submit' | 'publish' | 'discard'

/** The way of a draft to people: submitted, decided elsewhere, published; or given up. */
export function ReviewActions({ workflow, editing, faults }: Props) {
  const { t } = useTranslation()
  const { review } = workflow
  const mayWrite = usePermission('content:write')
  const mayApprove = usePermission('content:approve')
  const isOwner = useMe()?.member.role === 'owner'
  const [ask, setAsk] = useState<Ask>()
  const stage = review.open ? review.open.state : undefined
  // What somebody else has written meanwhile is not sent on by who has not seen it.
  const isSound = faults.length === 0 && !editing.elsewhere
  const open = async (next: Ask) => {
    await editing.flush()
    setAsk(next)
  }
  return (
    <>
      {review.approval && stage === 'in_review' && (
        <Door door={doors.approval(review.approval.id)}>{t('workflows.see_review')}</Door>
      )}
      {mayWrite && stage === 'draft' && (
        <Button variant="subtle" color="gray" onClick={() => void open('discard')}>
          {t('workflows.discard')}
        </Button>
      )}
      {mayWrite && stage === 'in_review' && <Withdraw workflow={workflow} />}
      {mayWrite && stage === 'draft' && (
        <Button variant={isOwner ? 'default' : 'filled'} disabled={!isSound} onClick={() => void open('submit')}>
          {t('workflows.submit')}
        </Button>
      )}
      {((mayApprove && stage === 'approved') || (isOwner && stage === 'draft')) && (
        <Button disabled={!isSound} onClick={() => void open('publish')}>
          {t('workflows.publish')}
        </Button>
      )}
      {ask && <Asked ask={ask} workflow={workflow} editing={editing} onClose={() => setAsk(undefined)} />}
    </>
  )
}

function Withdraw({ workflow }: { workflow: Workflow }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const withdraw = useMutation({
    mutationFn: () => unwrap(api.POST('/v1/workflows/{key}/withdraw', { params: { path: { key: workflow.key } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: workflowKeys.all }),
    onError: (error) => sayFailed(error, t),
  })
  return (
    <Button variant="default" loading={withdraw.isPending} onClick={() => withdraw.mutate()}>
      {t('workflows.withdraw')}
    </Button>
  )
}

interface AskedProps {
  ask: Ask
  workflow: Workflow
  editing: Editing
  onClose: () => void
}

/** Shows what would change, and does it. */
function Asked({ ask, workflow, editing, onClose }: AskedProps) {
  const { t } = useTranslation()
  const { key, review } = workflow
  const [note, setNote] = useState('')
  const params = { path: { key } }
  const act = useMutation({
    mutationFn: async (): Promise<unknown> => {
      if (ask === 'submit') return unwrap(api.POST('/v1/workflows/{key}/submit', { params, body: { note } }))
      if (ask === 'publish') return unwrap(api.POST('/v1/workflows/{key}/publish', { params }))
      return unwrap(api.DELETE('/v1/workflows/{key}/draft', { params }))
    },
    onSuccess: () => {
      sayDone(t(`workflows.done_${ask}`))
      onClose()
      void editing.reset()
    },
    onError: (error) => sayFailed(error, t),
  })
  return (
    <Confirm
      title={t(`workflows.ask_${ask}`)}
      text={
        <>
          <p>{t(`workflows.ask_${ask}_text`)}</p>
          <Differences workflow={key} from={review.live_version} to={review.open?.version ?? 0} />
          {ask === 'submit' && (
            <Textarea
              mt="sm"
              label={t('workflows.note')}
              value={note}
              onChange={(event) => setNote(event.currentTarget.value)}
            />
          )}
        </>
      }
      confirm={t(`workflows.${ask}`)}
      danger={ask === 'discard'}
      opened
      busy={act.isPending}
      onClose={onClose}
      onConfirm={() => act.mutate()}
    />
  )
}
