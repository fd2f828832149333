import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ModalForm } from '../../components/form/ModalForm'
import { useFormFaults } from '../../lib/form-faults'
import { sayDone } from '../../lib/notify'
import { type Source, usePutSource } from './api'

interface Props {
  /** The source to rename; a new one without. */
  source?: Source
  onClose: () => void
  onSaved?: (key: string) => void
}

const shown = ['key', 'name']

/** Adds a source, or gives one another name. Its key is for ever: events and reports name it. */
export function SourceDialog({ source, onClose, onSaved }: Props) {
  const { t } = useTranslation()
  const [key, setKey] = useState(source?.key ?? '')
  const [name, setName] = useState(source?.name ?? '')
  const faults = useFormFaults(shown)
  const put = usePutSource()
  const submit = () =>
    put.mutate(
      { key: key.trim(), name: name.trim() },
      {
        onError: faults.take,
        onSuccess: (saved) => {
          sayDone(t('sources.saved', { name: saved.name }))
          onClose()
          onSaved?.(saved.key)
        },
      },
    )
  return (
    <ModalForm
      title={source ? t('sources.rename') : t('sources.new')}
      submit={t('form.save')}
      busy={put.isPending}
      faults={faults}
      disabled={key.trim() === ''}
      onClose={onClose}
      onSubmit={submit}
    >
      {!source && (
        <TextInput
          data-autofocus
          required
          label={t('column.key')}
          description={t('sources.key_hint')}
          placeholder="shop"
          value={key}
          error={faults.of('key')}
          onChange={(event) => {
            setKey(event.currentTarget.value)
            faults.mend('key')
          }}
        />
      )}
      <TextInput
        {...(source ? { 'data-autofocus': true } : {})}
        required
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
