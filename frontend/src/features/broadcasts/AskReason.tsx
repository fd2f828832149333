import { Textarea } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ModalForm } from '../../components/form/ModalForm'
import { useFormFaults } from '../../lib/form-faults'
import type { Broadcast } from './api'

interface Props {
  title: string
  text?: string
  label: string
  submit: string
  required?: boolean
  danger?: boolean
  children?: ReactNode
  busy: boolean
  onClose: () => void
  onSubmit: (words: string, does: { onError: (error: Error) => void; onSuccess: (now: Broadcast) => void }) => void
  onDone: () => void
}

const shown = ['reason', 'note']

/** Asks for a word why before something is done. */
export function AskReason({
  title,
  text,
  label,
  submit,
  required,
  danger,
  busy,
  children,
  onClose,
  onSubmit,
  onDone,
}: Props) {
  const { t } = useTranslation()
  const [words, setWords] = useState('')
  const faults = useFormFaults(shown)
  return (
    <ModalForm
      title={title}
      submit={submit}
      busy={busy}
      faults={faults}
      disabled={required === true && words.trim() === ''}
      {...(danger ? { danger } : {})}
      onClose={onClose}
      onSubmit={() => onSubmit(words, { onError: faults.take, onSuccess: onDone })}
    >
      {text && <p style={{ margin: 0 }}>{text}</p>}
      <Textarea
        data-autofocus
        label={label || t('broadcasts.reason')}
        autosize
        minRows={2}
        value={words}
        error={faults.of('reason') ?? faults.of('note')}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      {children}
    </ModalForm>
  )
}
