import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ModalForm } from '../../components/form/ModalForm'
import { useFormFaults } from '../../lib/form-faults'
import { sayDone } from '../../lib/notify'
import { type Group, usePutGroup } from './api'

interface Props {
  /** The group to rename; a new one without. */
  group?: Group
  onClose: () => void
  onSaved?: (group: Group) => void
}

const shown = ['key', 'name']

/** Makes a group, or gives one another name. Its key is for ever: events name it. */
export function GroupDialog({ group, onClose, onSaved }: Props) {
  const { t } = useTranslation()
  const [key, setKey] = useState(group?.key ?? '')
  const [name, setName] = useState(group?.name ?? '')
  const faults = useFormFaults(shown)
  const put = usePutGroup()
  const submit = () =>
    put.mutate(
      { key: key.trim(), name: name.trim() },
      {
        onError: faults.take,
        onSuccess: (saved) => {
          sayDone(t('groups.saved', { name: saved.name }))
          onClose()
          onSaved?.(saved)
        },
      },
    )
  return (
    <ModalForm
      title={group ? t('groups.rename') : t('groups.new')}
      submit={t('form.save')}
      busy={put.isPending}
      faults={faults}
      disabled={key.trim() === ''}
      onClose={onClose}
      onSubmit={submit}
    >
      {!group && (
        <TextInput
          data-autofocus
          required
          label={t('column.key')}
          description={t('groups.key_hint')}
          value={key}
          error={faults.of('key')}
          onChange={(event) => {
            setKey(event.currentTarget.value)
            faults.mend('key')
          }}
        />
      )}
      <TextInput
        {...(group ? { 'data-autofocus': true } : {})}
        label={t('column.name')}
        value={name}
        error={faults.of('name')}
        onChange={(event) => {
          setName(event.currentTarget.value)
          faults.mend('name')
        }}
      />
    </ModalForm>
  )
}
