import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ModalForm } from '../../components/form/ModalForm'
import { useFormFaults } from '../../lib/form-faults'
import { sayDone } from '../../lib/notify'
import { localInput, momentOf } from '../../lib/time'
import { type ApiKey, useChangeKey } from './api'
import { Limits } from './Limits'

const shown = ['name', 'rate_limit', 'expires_at', 'require_signature']

/** Changes what may change in a key's life. Other scopes or another source are another key. */
export function ChangeDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { t } = useTranslation()
  const [name, setName] = useState(apiKey.name)
  const [limits, setLimits] = useState({
    rate: apiKey.rate_limit,
    expires: apiKey.expires_at ? localInput(new Date(apiKey.expires_at)) : '',
    signed: apiKey.require_signature,
  })
  const faults = useFormFaults(shown)
  const change = useChangeKey(apiKey.id)
  const submit = () =>
    change.mutate(
      {
        name: name.trim(),
        rate_limit: limits.rate,
        require_signature: limits.signed,
        expires_at: momentOf(limits.expires)?.toISOString() ?? null,
      },
      {
        onError: faults.take,
        onSuccess: () => {
          sayDone(t('apikeys.changed', { name: name.trim() }))
          onClose()
        },
      },
    )
  return (
    <ModalForm
      title={t('apikeys.change_title')}
      submit={t('form.save')}
      busy={change.isPending}
      faults={faults}
      onClose={onClose}
      onSubmit={submit}
    >
      <TextInput
        data-autofocus
        required
        label={t('column.name')}
        value={name}
        error={faults.of('name')}
        onChange={(event) => {
          setName(event.currentTarget.value)
          faults.mend('name')
        }}
      />
      <Limits value={limits} faults={faults} onChange={setLimits} />
    </ModalForm>
  )
}
