import { NumberInput, Switch, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { FormFaults } from '../../lib/form-faults'

export interface LimitValues {
  /** Requests in a second; 0 is the default of the house. */
  rate: number
  /** As a datetime-local field holds it; empty is never. */
  expires: string
  signed: boolean
}

interface Props {
  value: LimitValues
  faults: FormFaults
  onChange: (next: LimitValues) => void
}

/** How much, how long, and how a key may be used. */
export function Limits({ value, faults, onChange }: Props) {
  const { t } = useTranslation()
  return (
    <>
      <NumberInput
        label={t('apikeys.rate')}
        description={t('apikeys.rate_hint')}
        min={0}
        max={1_000_000}
        allowDecimal={false}
        value={value.rate}
        error={faults.of('rate_limit')}
        onChange={(rate) => {
          onChange({ ...value, rate: Number(rate) || 0 })
          faults.mend('rate_limit')
        }}
      />
      <TextInput
        type="datetime-local"
        label={t('apikeys.expires')}
        description={t('apikeys.expires_hint')}
        value={value.expires}
        error={faults.of('expires_at')}
        onChange={(event) => {
          onChange({ ...value, expires: event.currentTarget.value })
          faults.mend('expires_at')
        }}
      />
      <Switch
        label={t('apikeys.signed')}
        description={t('apikeys.signed_hint')}
        checked={value.signed}
        error={faults.of('require_signature')}
        onChange={(event) => onChange({ ...value, signed: event.currentTarget.checked })}
      />
    </>
  )
}
