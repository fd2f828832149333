import { NativeSelect, NumberInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../../lib/api'
import { retryForms } from '../../lib/fault-words'

export type RetryForm = NonNullable<Schema['Fault']['retry_after_form']>

interface Props {
  seconds: number
  form: RetryForm
  onSeconds: (seconds: number) => void
  onForm: (form: RetryForm) => void
}

/** The header with which a vendor says when to come back, in each way it is written. */
export function RetryAfter({ seconds, form, onSeconds, onForm }: Props) {
  const { t } = useTranslation()
  return (
    <>
      <NumberInput
        size="xs"
        w={140}
        label={t('sandbox.retry_after')}
        min={0}
        value={seconds}
        onChange={(value) => onSeconds(Number(value))}
      />
      <NativeSelect
        size="xs"
        label={t('sandbox.retry_after_form')}
        value={form}
        onChange={(event) => onForm(event.currentTarget.value as RetryForm)}
        data={retryForms.map((value) => ({ value, label: t(`sandbox.retry_form.${value}`) }))}
      />
    </>
  )
}
