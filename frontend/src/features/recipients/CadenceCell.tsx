import { Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Time } from '../../components/Time'
import type { Schema } from '../../lib/api'
import classes from './Matrix.module.css'

interface Props {
  name: string
  chosen: Schema['Cadence'] | undefined
  /** What holds for the whole category; undefined while it is being asked. */
  holds: Schema['EffectiveEntry'] | undefined
  disabled: boolean
  onChoose: (cadence: Schema['Cadence'] | undefined) => void
}

const cadences = ['instant', 'hourly', 'daily', 'weekly', 'off'] as const

/** How often somebody hears of a category, and when what comes now would leave. */
export function CadenceCell({ name, chosen, holds, disabled, onChoose }: Props) {
  const { t } = useTranslation()
  return (
    <>
      <Select
        size="xs"
        w={116}
        aria-label={t('recipients.cadence_for', { category: name })}
        allowDeselect={false}
        disabled={disabled}
        data={[
          { value: '', label: t('recipients.cadence_follow') },
          ...cadences.map((value) => ({ value, label: t(`recipients.cadence_${value}`) })),
        ]}
        value={chosen ?? ''}
        onChange={(value) => onChoose((value || undefined) as Schema['Cadence'] | undefined)}
      />
      {holds?.gather && (
        <span className={classes.gathered} title={holds.gather.detail}>
          {t('recipients.gathered_until')} <Time at={holds.gather.until} />
        </span>
      )}
    </>
  )
}
