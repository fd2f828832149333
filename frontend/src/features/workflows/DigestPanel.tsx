import { NumberInput, SegmentedControl, Switch, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Duration } from './Duration'
import { faultAt } from './draft'
import type { StepPanelProps } from './kinds'
import classes from './Panels.module.css'
import type { Digest } from './step-parts'

/** What is gathered into one, for how long, and when it closes early. */
export function DigestPanel({ step, faults, disabled, change }: StepPanelProps) {
  const { t } = useTranslation()
  const digest: Digest = step.digest ?? { seconds: 0 }
  const set = (next: Partial<Digest>) => change({ digest: { ...digest, ...next } })
  const number = (field: 'count' | 'keep') => (
    <NumberInput
      label={t(`workflows.digest_${field}`)}
      description={t(`workflows.digest_${field}_hint`)}
      value={digest[field] ?? 0}
      error={faultAt(faults, `digest.${field}`)}
      disabled={disabled}
      min={0}
      allowDecimal={false}
      onChange={(n) => set({ [field]: Number(n) })}
    />
  )
  return (
    <>
      <TextInput
        label={t('workflows.digest_key')}
        description={t('workflows.digest_key_hint')}
        placeholder="{{ data.project }}"
        value={digest.key ?? ''}
        error={faultAt(faults, 'digest.key')}
        disabled={disabled}
        onChange={(event) => set({ key: event.currentTarget.value })}
      />
      <SegmentedControl
        size="xs"
        aria-label={t('workflows.digest_window')}
        value={digest.sliding ? 'sliding' : 'fixed'}
        disabled={disabled}
        onChange={(next) =>
          set(
            next === 'sliding'
              ? { sliding: true, max_seconds: digest.seconds * 6 }
              : { sliding: false, max_seconds: 0 },
          )
        }
        data={(['fixed', 'sliding'] as const).map((each) => ({ value: each, label: t(`workflows.digest_${each}`) }))}
      />
      <Duration
        label={t(digest.sliding ? 'workflows.digest_quiet' : 'workflows.digest_seconds')}
        value={digest.seconds}
        error={faultAt(faults, 'digest.seconds') ?? faultAt(faults, 'digest')}
        disabled={disabled}
        onChange={(seconds) => set({ seconds })}
      />
      {digest.sliding && (
        <Duration
          label={t('workflows.digest_max')}
          value={digest.max_seconds ?? 0}
          error={faultAt(faults, 'digest.max_seconds')}
          disabled={disabled}
          onChange={(max_seconds) => set({ max_seconds })}
        />
      )}
      <Switch
        label={t('workflows.digest_leading')}
        description={t('workflows.digest_leading_hint')}
        checked={digest.leading ?? false}
        disabled={disabled}
        onChange={(event) => set({ leading: event.currentTarget.checked })}
      />
      {number('count')}
      {number('keep')}
      <p className={classes.dim}>{t('workflows.digest_note')}</p>
    </>
  )
}
