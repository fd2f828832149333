import { NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ModalForm } from '../../components/form/ModalForm'
import { useFormFaults } from '../../lib/form-faults'
import { type Channel, channels } from '../../lib/words'
import { type Address, type Recipient, useSetAddresses } from './api'

interface Props {
  recipient: Recipient
  /** The address to change; a new one without. */
  address?: Address
  onClose: () => void
}

/** One address: its channel, itself, and a label for people. */
export function AddressDialog({ recipient, address, onClose }: Props) {
  const { t } = useTranslation()
  const [channel, setChannel] = useState<Channel>(address?.channel ?? 'email')
  const [text, setText] = useState(address?.address ?? '')
  const [label, setLabel] = useState(address?.label ?? '')
  const set = useSetAddresses(recipient.id)
  // The whole list is sent; the fault is at the place of this one.
  const place = address ? recipient.addresses.indexOf(address) : recipient.addresses.length
  const path = `addresses[${place}].address`
  const faults = useFormFaults([path])
  const submit = () => {
    const list = [...recipient.addresses]
    const same = address?.channel === channel && address.address === text.trim()
    list[place] = {
      channel,
      address: text.trim(),
      label: label.trim(),
      ...(same ? { invalid: !!address.invalid } : {}),
      ...(address?.preferred && address.channel === channel ? { preferred: true } : {}),
    }
    set.mutate(list, { onError: faults.take, onSuccess: onClose })
  }
  return (
    <ModalForm
      title={address ? t('recipients.address_edit') : t('recipients.address_add')}
      submit={t('form.save')}
      busy={set.isPending}
      faults={faults}
      disabled={text.trim() === ''}
      onClose={onClose}
      onSubmit={submit}
    >
      <NativeSelect
        label={t('column.channel')}
        value={channel}
        onChange={(event) => {
          setChannel(event.currentTarget.value as Channel)
          faults.mend(path)
        }}
        data={channels.map((value) => ({ value, label: t(`channel.${value}`) }))}
      />
      <TextInput
        data-autofocus
        required
        label={t('column.address')}
        description={t(`address_hint.${channel}`)}
        value={text}
        error={faults.of(path)}
        onChange={(event) => {
          setText(event.currentTarget.value)
          faults.mend(path)
        }}
      />
      <TextInput
        label={t('recipients.label')}
        description={t('recipients.label_hint')}
        value={label}
        onChange={(event) => setLabel(event.currentTarget.value)}
      />
    </ModalForm>
  )
}
