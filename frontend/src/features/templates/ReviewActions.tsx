import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Confirm } from '../../components/Confirm'
import { doors } from '../../lib/doors'
import { sayDone, sayFailed } from '../../lib/notify'
import { usePermission } from '../../lib/session'
import { MoreActions } from './MoreActions'
import { PublishDialog, SubmitDialog } from './ReviewDialogs'
import { type Move, type Subject, useMove } from './review'
import type { Standing } from './use-writing'

interface Props {
  subject: Subject
  draft: Standing
}

/** The next step on the way to people. */
export function ReviewActions({ subject, draft }: Props) {
  const { t } = useTranslation()
  const writes = usePermission('content:write')
  const approves = usePermission('content:approve')
  const [asking, setAsking] = useState<Move>()
  const move = useMove(subject)
  const { open, approval } = subject.review
  const act = (what: Move, note?: string) =>
    move.mutate(
      { move: what, ...(note ? { note } : {}) },
      {
        onSuccess: (answer) => {
          setAsking(undefined)
          if (what === 'discard') void draft.reload()
          sayDone(answer.note || t(`templates.done_${what}`))
        },
        onError: (error) => sayFailed(error, t),
      },
    )
  // What would be submitted is the other's words, which nobody here has seen.
  const blocked = draft.state !== 'saved' || draft.elsewhere || subject.faults.length > 0
  return (
    <>
      {approval && approval.state === 'waiting' && (
        <Button component={Link} variant="default" {...(doors.approval(approval.id) as { to: string })}>
          {t('templates.see_approval')}
        </Button>
      )}
      {writes && open && open.state !== 'draft' && (
        <Button variant="default" loading={move.isPending} onClick={() => act('withdraw')}>
          {t('templates.withdraw')}
        </Button>
      )}
      {approves && open?.state === 'approved' && (
        <Button onClick={() => setAsking('publish')}>{t('templates.publish')}</Button>
      )}
      {writes && open?.state === 'draft' && (
        <Button
          disabled={blocked}
          title={
            draft.elsewhere
              ? t('form.elsewhere')
              : blocked
                ? t('templates.blocked', { count: subject.faults.length })
                : undefined
          }
          onClick={() => setAsking('submit')}
        >
          {t('templates.submit')}
        </Button>
      )}
      <MoreActions subject={subject} onMove={setAsking} />
      <SubmitDialog
        subject={subject}
        opened={asking === 'submit'}
        busy={move.isPending}
        onClose={() => setAsking(undefined)}
        onSubmit={(note) => act('submit', note)}
      />
      <PublishDialog
        subject={subject}
        opened={asking === 'publish'}
        busy={move.isPending}
        onClose={() => setAsking(undefined)}
        onConfirm={() => act('publish')}
      />
      {(['retire', 'unretire', 'discard'] as const).map((what) => (
        <Confirm
          key={what}
          title={t(`${subject.kind}.ask_${what}`)}
          text={t(`${subject.kind}.ask_${what}_text`)}
          confirm={t(`templates.${what}`)}
          danger={what !== 'unretire'}
          opened={asking === what}
          busy={move.isPending}
          onClose={() => setAsking(undefined)}
          onConfirm={() => act(what)}
        />
      ))}
    </>
  )
}
