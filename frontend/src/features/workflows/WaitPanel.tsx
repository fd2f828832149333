import { Checkbox, NativeSelect, SegmentedControl } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Duration } from './Duration'
import { faultAt } from './draft'
import type { StepPanelProps } from './kinds'
import classes from './Panels.module.css'
import steps from './Steps.module.css'
import { signals, type Wait } from './step-parts'

/** What a run waits for before it goes on to the next channel. */
export function WaitPanel({ step, above, faults, disabled, change }: StepPanelProps) {
  const { t } = useTranslation()
  const wait: Wait = step.wait ?? { step: '', for: [], seconds: 0 }
  const set = (next: Partial<Wait>) => change({ wait: { ...wait, ...next } })
  const sent = above.filter(({ kind }) => kind === 'channel').map(({ key }) => key)
  const known = sent.includes(wait.step) ? sent : [wait.step, ...sent]
  return (
    <>
      <NativeSelect
        label={t('workflows.wait_step')}
        value={wait.step}
        error={faultAt(faults, 'wait.step')}
        disabled={disabled}
        onChange={(event) => set({ step: event.currentTarget.value })}
        data={known.map((key) => ({ value: key, label: key || '—' }))}
      />
      <Checkbox.Group
        label={t('workflows.wait_for')}
        value={wait.for}
        error={faultAt(faults, 'wait.for')}
        onChange={(next) => set({ for: signals.filter((signal) => next.includes(signal)) })}
      >
        <div className={steps.days}>
          {signals.map((signal) => (
            <Checkbox
              key={signal}
              size="xs"
              value={signal}
              label={t(`workflows.signal_${signal}`)}
              disabled={disabled}
            />
          ))}
        </div>
      </Checkbox.Group>
      <Duration
        label={t('workflows.wait_seconds')}
        value={wait.seconds}
        error={faultAt(faults, 'wait.seconds')}
        disabled={disabled}
        onChange={(seconds) => set({ seconds })}
      />
      <SegmentedControl
        size="xs"
        aria-label={t('workflows.wait_then')}
        value={wait.when_met ?? 'stop'}
        disabled={disabled}
        onChange={(next) => set({ when_met: next as NonNullable<Wait['when_met']> })}
        data={(['stop', 'go_on'] as const).map((each) => ({ value: each, label: t(`workflows.then_${each}`) }))}
      />
      <p className={classes.dim}>{t('workflows.wait_note')}</p>
    </>
  )
}
