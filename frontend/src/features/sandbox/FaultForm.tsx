import { Button, Fieldset, Group, NativeSelect, NumberInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../../lib/api'
import { type FaultKind, faultKinds } from '../../lib/fault-words'
import { errorSentence } from '../../lib/sentences'
import { usePutFault } from './api'
import { CallbackFields, type Callbacks } from './CallbackFields'
import { RetryAfter, type RetryForm } from './RetryAfter'

/** How one vendor behaves. A share of 0 means every call, so the form shows 100. */
export function FaultForm({ fault, disabled }: { fault: Schema['Fault']; disabled: boolean }) {
  const { t } = useTranslation()
  const [kind, setKind] = useState<FaultKind>(fault.fault)
  const [percent, setPercent] = useState<number>(Math.round((fault.rate || 1) * 100))
  const [status, setStatus] = useState<number>(fault.status || 503)
  const [seconds, setSeconds] = useState<number>(fault.retry_after_seconds ?? 0)
  const [form, setForm] = useState<RetryForm>(fault.retry_after_form ?? 'seconds')
  const [callback, setCallback] = useState<Callbacks>(fault.callback ?? {})
  const put = usePutFault()
  const { provider, supported } = fault
  const can = (kind: FaultKind) => !supported || supported.includes(kind)
  const waits = kind === 'status' || kind === 'rate_limit'
  const submit = (event: FormEvent) => {
    event.preventDefault()
    put.mutate({
      provider,
      fault: kind,
      rate: percent / 100,
      status: kind === 'status' ? status : 0,
      retry_after_seconds: waits ? seconds : 0,
      retry_after_form: waits ? form : 'seconds',
      callback,
    })
  }
  return (
    <form onSubmit={submit}>
      <Fieldset legend={provider} disabled={disabled} p={12}>
        <NativeSelect
          size="xs"
          aria-label={t('sandbox.fault_of', { provider })}
          value={kind}
          onChange={(event) => setKind(event.currentTarget.value as FaultKind)}
          data={faultKinds.filter(can).map((value) => ({ value, label: t(`sandbox.fault_kind.${value}`) }))}
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
          {waits && <RetryAfter seconds={seconds} form={form} onSeconds={setSeconds} onForm={setForm} />}
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
        <CallbackFields value={callback} onChange={setCallback} />
        {put.error && (
          <p role="alert" style={{ margin: '8px 0 0', color: 'var(--bad)' }}>
            {errorSentence(put.error, t)}
          </p>
        )}
      </Fieldset>
    </form>
  )
}
