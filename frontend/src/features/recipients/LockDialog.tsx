import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ModalForm } from '../../components/form/ModalForm'
import { useFormFaults } from '../../lib/form-faults'

interface Props {
  /** What is locked. */
  name: string
  onClose: () => void
  onLock: (reason: string) => void
}

/** A lock needs a reason: it is what the recipient is told. */
export function LockDialog({ name, onClose, onLock }: Props) {
  const { t } = useTranslation()
  const [reason, setReason] = useState('')
  const faults = useFormFaults([])
  return (
    <ModalForm
      title={t('recipients.lock_title', { name })}
      submit={t('recipients.lock_now')}
      busy={false}
      faults={faults}
      disabled={reason.trim() === ''}
      onClose={onClose}
      onSubmit={() => onLock(reason.trim())}
    >
      <TextInput
        required
        data-autofocus
        maxLength={500}
        label={t('recipients.lock_reason')}
        description={t('recipients.lock_hint')}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </ModalForm>
  )
}
