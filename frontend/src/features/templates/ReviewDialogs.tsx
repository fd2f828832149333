import { Button, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../../components/Dialog'
import { DiffSections } from './DiffSections'
import type { Subject } from './review'

interface Props {
  subject: Subject
  opened: boolean
  busy: boolean
  onClose: () => void
}

/** Shows what would change, and asks what the approver should know. */
export function SubmitDialog({
  subject,
  opened,
  busy,
  onClose,
  onSubmit,
}: Props & { onSubmit: (note: string) => void }) {
  const { t } = useTranslation()
  const [note, setNote] = useState('')
  return (
    <Dialog size="80%" opened={opened} onClose={onClose} title={t('templates.submit_title')}>
      <DiffSections way={subject} from={subject.review.live_version} to={subject.review.open?.version ?? 0} />
      <Textarea
        mt="md"
        label={t('templates.note')}
        description={t('templates.note_hint')}
        rows={2}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Button mt="md" loading={busy} onClick={() => onSubmit(note)}>
        {t('templates.submit')}
      </Button>
    </Dialog>
  )
}

/** Shows what people get from now on. */
export function PublishDialog({ subject, opened, busy, onClose, onConfirm }: Props & { onConfirm: () => void }) {
  const { t } = useTranslation()
  return (
    <Dialog
      size="80%"
      opened={opened}
      onClose={onClose}
      title={t('templates.publish_title', { version: subject.review.open?.version ?? 0 })}
    >
      <DiffSections way={subject} from={subject.review.live_version} to={subject.review.open?.version ?? 0} />
      <Button mt="md" loading={busy} onClick={onConfirm}>
        {t('templates.publish')}
      </Button>
    </Dialog>
  )
}
