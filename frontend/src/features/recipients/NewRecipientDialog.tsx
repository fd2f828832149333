import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ModalForm } from '../../components/form/ModalForm'
import { useFormFaults } from '../../lib/form-faults'
import { sayDone } from '../../lib/notify'
import { useCreateRecipient } from './api'
import { PersonFields } from './PersonFields'

const shown = ['id', 'name', 'email', 'phone', 'locale', 'timezone']
const fresh = { id: '', name: '', email: '', phone: '', locale: '', timezone: '' }

/** Adds one recipient by hand; systems usually bring theirs with their events. */
export function NewRecipientDialog({ onClose, onMade }: { onClose: () => void; onMade: (id: string) => void }) {
  const { t } = useTranslation()
  const [person, setPerson] = useState(fresh)
  const faults = useFormFaults(shown)
  const create = useCreateRecipient()
  const put = (part: Partial<typeof fresh>) => {
    setPerson((now) => ({ ...now, ...part }))
    for (const path of Object.keys(part)) faults.mend(path)
  }
  const submit = () => {
    const given = Object.fromEntries(Object.entries(person).filter(([, text]) => text.trim() !== ''))
    create.mutate(given, {
      onError: faults.take,
      onSuccess: (made) => {
        sayDone(t('recipients.saved', { name: made.name || made.id }))
        onClose()
        onMade(made.id)
      },
    })
  }
  return (
    <ModalForm
      title={t('recipients.new')}
      submit={t('recipients.create')}
      busy={create.isPending}
      faults={faults}
      onClose={onClose}
      onSubmit={submit}
    >
      <TextInput
        data-autofocus
        label={t('column.id')}
        description={t('recipients.id_hint')}
        value={person.id}
        error={faults.of('id')}
        onChange={(event) => put({ id: event.currentTarget.value })}
      />
      <PersonFields value={person} faults={faults} onChange={put} />
      <TextInput
        type="email"
        label={t('channel.email')}
        value={person.email}
        error={faults.of('email')}
        onChange={(event) => put({ email: event.currentTarget.value })}
      />
      <TextInput
        type="tel"
        label={t('channel.sms')}
        placeholder="+447700900123"
        value={person.phone}
        error={faults.of('phone')}
        onChange={(event) => put({ phone: event.currentTarget.value })}
      />
    </ModalForm>
  )
}
