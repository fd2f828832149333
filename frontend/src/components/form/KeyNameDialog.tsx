import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormFaults } from '../../lib/form-faults'
import { ModalForm } from './ModalForm'

interface KeyName {
  key: string
  name: string
}

interface Props {
  title: string
  keyHint: string
  keyExample?: string
  nameRequired?: boolean
  /** What is to be renamed; something new without. A key is for ever. */
  of?: KeyName | undefined
  busy: boolean
  onClose: () => void
  /** Saves, and hands back what the server found wrong. */
  onSave: (it: KeyName, onError: (error: Error) => void) => void
}

const shown = ['key', 'name']

/** Asks for the key and the name of something small. */
export function KeyNameDialog({ title, keyHint, keyExample, nameRequired = false, of, busy, onClose, onSave }: Props) {
  const { t } = useTranslation()
  const [key, setKey] = useState(of?.key ?? '')
  const [name, setName] = useState(of?.name ?? '')
  const faults = useFormFaults(shown)
  return (
    <ModalForm
      title={title}
      submit={t('form.save')}
      busy={busy}
      faults={faults}
      disabled={key.trim() === ''}
      onClose={onClose}
      onSubmit={() => onSave({ key: key.trim(), name: name.trim() }, faults.take)}
    >
      {!of && (
        <TextInput
          data-autofocus
          required
          label={t('column.key')}
          description={keyHint}
          {...(keyExample ? { placeholder: keyExample } : {})}
          value={key}
          error={faults.of('key')}
          onChange={(event) => {
            setKey(event.currentTarget.value)
            faults.mend('key')
          }}
        />
      )}
      <TextInput
        {...(of ? { 'data-autofocus': true } : {})}
        required={nameRequired}
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
