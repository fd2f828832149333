import { NativeSelect } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { faultAt } from './draft'
import type { StepPanelProps } from './kinds'

/** In which arm of a branch above a step runs; it is asked only where there is one. */
export function WithinSelect({ step, above, faults, disabled, change }: Omit<StepPanelProps, 'doubts' | 'fields'>) {
  const { t } = useTranslation()
  const arms = above.flatMap(({ key, branch }) => (branch?.arms ?? []).map((arm) => `${key}.${arm.key}`))
  const within = step.within ?? ''
  if (arms.length === 0 && within === '') return null
  const known = within === '' || arms.includes(within) ? arms : [within, ...arms]
  return (
    <NativeSelect
      label={t('workflows.within')}
      value={within}
      error={faultAt(faults, 'within')}
      disabled={disabled}
      onChange={(event) => change({ within: event.currentTarget.value })}
      data={[{ value: '', label: t('workflows.within_any') }, ...known.map((arm) => ({ value: arm, label: arm }))]}
    />
  )
}
