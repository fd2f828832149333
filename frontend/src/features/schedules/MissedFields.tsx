import { Radio, Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { isOneOf } from '../../lib/words'
import { policies } from './draft'
import type { Part } from './ScheduleForm'

/** What becomes of times that passed while nobody looked. */
export function MissedFields({ draft, change, fault, disabled }: Part) {
  const { t } = useTranslation()
  return (
    <Radio.Group
      label={t('schedules.missed_label')}
      value={draft.missed}
      error={fault('missed')}
      onChange={(value) => isOneOf(policies, value) && change({ missed: value })}
    >
      <Stack gap={8} mt={6}>
        {policies.map((policy) => (
          <Radio
            key={policy}
            value={policy}
            label={t(`schedules.missed_${policy}`)}
            description={t(`schedules.missed_${policy}_text`)}
            disabled={disabled}
          />
        ))}
      </Stack>
    </Radio.Group>
  )
}
