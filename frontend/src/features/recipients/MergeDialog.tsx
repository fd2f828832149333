import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ModalForm } from '../../components/form/ModalForm'
import { useFormFaults } from '../../lib/form-faults'
import { sayDone } from '../../lib/notify'
import { type Recipient, useMerge } from './api'

/** Makes another recipient part of this one, after saying what becomes of both. */
export function MergeDialog({ recipient, onClose }: { recipient: Recipient; onClose: () => void }) {
  const { t } = useTranslation()
  const [from, setFrom] = useState('')
  const faults = useFormFaults(['from'])
  const merge = useMerge(recipient.id)
  const name = recipient.name || recipient.id
  const submit = () =>
    merge.mutate(from.trim(), {
      onError: faults.take,
      onSuccess: () => {
        sayDone(t('recipients.merge_done', { name }))
        onClose()
      },
    })
  return (
    <ModalForm
      title={t('recipients.merge_title', { name })}
      submit={t('recipients.merge_now')}
      busy={merge.isPending}
      faults={faults}
      disabled={from.trim() === ''}
      danger
      onClose={onClose}
      onSubmit={submit}
    >
      <p style={{ margin: 0 }}>{t('recipients.merge_intro')}</p>
      <TextInput
        data-autofocus
        required
        autoComplete="off"
        label={t('recipients.merge_from')}
        value={from}
        error={faults.of('from')}
        onChange={(event) => {
          setFrom(event.currentTarget.value)
          faults.mend('from')
        }}
      />
    </ModalForm>
  )
}
