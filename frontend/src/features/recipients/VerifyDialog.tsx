import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ModalForm } from '../../components/form/ModalForm'
import { useFormFaults } from '../../lib/form-faults'
import { sayDone } from '../../lib/notify'
import { type Address, useSendCode, useTryCode } from './api'

/** Sends a code to an address and tries what came back. */
export function VerifyDialog({ id, address, onClose }: { id: string; address: Address; onClose: () => void }) {
  const { t } = useTranslation()
  const faults = useFormFaults(['code'])
  const send = useSendCode(id)
  const check = useTryCode(id)
  const [code, setCode] = useState('')
  const place = { channel: address.channel as 'email' | 'sms', address: address.address }
  const sent = send.isSuccess
  const submit = () => {
    if (!sent) return send.mutate(place, { onError: faults.take })
    check.mutate(
      { ...place, code: code.trim() },
      {
        onError: faults.take,
        onSuccess: ({ verified }) => {
          setCode('')
          if (!verified) return
          sayDone(t('recipients.verify_done', { address: address.address }))
          onClose()
        },
      },
    )
  }
  const left = check.data && !check.data.verified ? check.data.attempts_left : undefined
  const said = left === 0 ? t('recipients.verify_failed') : left && t('recipients.verify_wrong', { count: left })
  return (
    <ModalForm
      title={t('recipients.verify_title', { address: address.address })}
      submit={sent ? t('recipients.verify_now') : t('recipients.verify_send')}
      busy={send.isPending || check.isPending}
      faults={faults}
      disabled={sent && (code.trim() === '' || left === 0)}
      onClose={onClose}
      onSubmit={submit}
    >
      <p>{sent ? t('recipients.verify_intro') : t('recipients.verify_sending')}</p>
      {sent && (
        <TextInput
          data-autofocus
          autoFocus
          autoComplete="one-time-code"
          inputMode="numeric"
          label={t('recipients.verify_code')}
          value={code}
          error={faults.of('code') || said || undefined}
          onChange={(event) => {
            setCode(event.currentTarget.value)
            faults.mend('code')
          }}
        />
      )}
    </ModalForm>
  )
}
