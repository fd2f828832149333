import { NativeSelect, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ModalForm } from '../../components/form/ModalForm'
import { useFormFaults } from '../../lib/form-faults'
import { sayDone } from '../../lib/notify'
import { type Channel, channels, type SuppressionReason, suppressionReasons } from '../../lib/words'
import { useAddSuppression } from './api'
import { type Scope, ScopeFields, scopeText } from './ScopeFields'

const shown = ['channel', 'address', 'reason', 'detail', 'scope', 'expires_at']

/** Suppresses one address by hand. */
export function AddDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const [channel, setChannel] = useState<Channel>('email')
  const [address, setAddress] = useState('')
  const [reason, setReason] = useState<SuppressionReason>('manual')
  const [detail, setDetail] = useState('')
  const [scope, setScope] = useState<Scope>({ kind: 'channel', key: '' })
  const [until, setUntil] = useState('')
  const faults = useFormFaults(shown)
  const add = useAddSuppression()
  const submit = () =>
    add.mutate(
      {
        channel,
        address: address.trim(),
        reason,
        detail,
        scope: scopeText(scope),
        ...(until ? { expires_at: new Date(until).toISOString() } : {}),
      },
      {
        onError: faults.take,
        onSuccess: () => {
          sayDone(t('suppressions.added', { address: address.trim() }))
          onClose()
        },
      },
    )
  return (
    <ModalForm
      title={t('suppressions.add_title')}
      submit={t('suppressions.add')}
      busy={add.isPending}
      faults={faults}
      onClose={onClose}
      onSubmit={submit}
    >
      <NativeSelect
        label={t('column.channel')}
        value={channel}
        error={faults.of('channel')}
        onChange={(event) => setChannel(event.currentTarget.value as Channel)}
        data={channels.map((value) => ({ value, label: t(`channel.${value}`) }))}
      />
      <TextInput
        data-autofocus
        required
        label={t('column.address')}
        value={address}
        error={faults.of('address')}
        onChange={(event) => {
          setAddress(event.currentTarget.value)
          faults.mend('address')
        }}
      />
      <NativeSelect
        label={t('suppressions.reason')}
        value={reason}
        error={faults.of('reason')}
        onChange={(event) => setReason(event.currentTarget.value as SuppressionReason)}
        data={suppressionReasons.map((value) => ({ value, label: t(`suppression_reason.${value}`) }))}
      />
      <ScopeFields value={scope} faults={faults} onChange={setScope} />
      <TextInput
        type="datetime-local"
        label={t('suppressions.until')}
        description={t('suppressions.until_hint')}
        value={until}
        error={faults.of('expires_at')}
        onChange={(event) => {
          setUntil(event.currentTarget.value)
          faults.mend('expires_at')
        }}
      />
      <Textarea
        autosize
        minRows={2}
        label={t('suppressions.detail')}
        description={t('suppressions.detail_hint')}
        value={detail}
        error={faults.of('detail')}
        onChange={(event) => setDetail(event.currentTarget.value)}
      />
    </ModalForm>
  )
}
