import { Button, Fieldset, Group, NativeSelect, NumberInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../../lib/api'
import { errorSentence } from '../../lib/sentences'
import { type FaultKind, faultKinds } from '../../lib/words'
import { usePutFault } from './api'

/** How one vendor behaves. A share of 0 means every call, so the form shows 100. */
export function FaultForm({ fault, disabled }: { fault: Schema['Fault']; disabled: boolean }) {
  const { t } = useTranslation()
  const [kind, setKind] = useState<FaultKind>(fault.fault)
  const [percent, setPercent] = useState<number>(Math.round((fault.rate || 1) * 100))
  const [status, setStatus] = useState<number>(fault.status || 503)
  const put = usePutFault()
  const { provider } = fault
  const submit = (event: FormEvent) => {
    event.preventDefault()
    put.mutate({ ...fault, fault: kind, rate: percent / 100, status: kind === 'status' ? status : 0 })
  }
  return (
    <form onSubmit={submit}>
      <Fieldset legend={provider} disabled={disabled} p={12}>
        <NativeSelect
          size="xs"
          aria-label={t('sandbox.fault_of', { provider })}
          value={kind}
          onChange={(event) => setKind(event.currentTarget.value as FaultKind)}
          data={faultKinds.map((value) => ({ value, label: t(`sandbox.fault_kind.${value}`) }))}
        />
        <Group gap={8} mt={8} align="flex-end">
          {kind === 'status' && (
            <NumberInput
              size="xs"
              w={100}
              label={t('sandbox.http_status')}
              min={400}
              max={599}
              value={status}
              onChange={(value) => setStatus(Number(value))}
            />
          )}
          {kind !== 'none' && (
            <NumberInput
              size="xs"
              w={120}
              label={t('sandbox.rate')}
              min={1}
              max={100}
              suffix=" %"
              value={percent}
              onChange={(value) => setPercent(Number(value))}
            />
          )}
          <Button type="submit" variant="default" loading={put.isPending}>
            {t('act.apply')}
          </Button>
        </Group>
        {put.error && (
          <p role="alert" style={{ margin: '8px 0 0', color: 'var(--bad)' }}>
            {errorSentence(put.error, t)}
          </p>
        )}
      </Fieldset>
    </form>
  )
}
