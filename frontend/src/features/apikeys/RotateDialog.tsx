import { NumberInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ModalForm } from '../../components/form/ModalForm'
import { useFormFaults } from '../../lib/form-faults'
import { type ApiKey, type NewApiKey, useRotateKey } from './api'

interface Props {
  apiKey: ApiKey
  onClose: () => void
  onMade: (key: NewApiKey) => void
}

const shown = ['expires_in_hours']

/** Makes the next key while the old one goes on for some hours, so that nothing stands still meanwhile. */
export function RotateDialog({ apiKey, onClose, onMade }: Props) {
  const { t } = useTranslation()
  const [hours, setHours] = useState(24)
  const faults = useFormFaults(shown)
  const rotate = useRotateKey(apiKey.id)
  const submit = () =>
    rotate.mutate(hours, {
      onError: faults.take,
      onSuccess: (made) => {
        onMade(made)
        onClose()
      },
    })
  return (
    <ModalForm
      title={t('apikeys.rotate_title', { name: apiKey.name })}
      submit={t('apikeys.rotate_now')}
      busy={rotate.isPending}
      faults={faults}
      onClose={onClose}
      onSubmit={submit}
    >
      <p style={{ margin: 0 }}>{t('apikeys.rotate_text')}</p>
      <NumberInput
        data-autofocus
        label={t('apikeys.rotate_hours')}
        description={t('apikeys.rotate_hours_hint')}
        min={0}
        max={720}
        allowDecimal={false}
        value={hours}
        error={faults.of('expires_in_hours')}
        onChange={(next) => {
          setHours(Number(next) || 0)
          faults.mend('expires_in_hours')
        }}
      />
    </ModalForm>
  )
}
