import { Button, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../../components/Dialog'
import { sayDone, sayFailed } from '../../lib/notify'
import { useReject } from './api'

/** Sends it back to its author, with what has to change. */
export function AskForChanges({ id, opened, onClose }: { id: string; opened: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  const [comment, setComment] = useState('')
  const reject = useReject(id)
  const send = () =>
    reject.mutate(comment, {
      onSuccess: () => {
        onClose()
        sayDone(t('approvals.rejected_done'))
      },
      onError: (error) => sayFailed(error, t),
    })
  return (
    <Dialog opened={opened} onClose={onClose} title={t('approvals.reject_title')}>
      <Textarea
        data-autofocus
        label={t('approvals.your_comment')}
        description={t('approvals.reject_text')}
        rows={3}
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
      <Button mt="md" fullWidth loading={reject.isPending} disabled={comment.trim() === ''} onClick={send}>
        {t('approvals.reject')}
      </Button>
    </Dialog>
  )
}
