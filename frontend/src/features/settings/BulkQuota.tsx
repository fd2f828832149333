import { Group, NumberInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { FormSection } from '../../components/form/FormPage'
import { api, type Schema, unwrap } from '../../lib/api'
import type { FormFaults } from '../../lib/form-faults'

export type Bulk = Pick<Schema['HouseSettings'], 'bulk_per_day' | 'bulk_per_month'>

interface Props {
  value: Bulk
  disabled: boolean
  faults: FormFaults
  onChange: (part: Partial<Bulk>) => void
}

const spans = ['day', 'month'] as const

/** How much broadcasts may send, and how much of it is taken. */
export function BulkQuota({ value, disabled, faults, onChange }: Props) {
  const { t } = useTranslation()
  const quota = useQuery({
    queryKey: ['broadcasts', 'quota'] as const,
    queryFn: ({ signal }) => unwrap(api.GET('/v1/broadcasts/quota', { signal })),
  })
  return (
    <FormSection title={t('settings.bulk')} intro={t('settings.bulk_text')}>
      <Group gap={8} align="flex-start">
        {spans.map((span) => {
          const name = `bulk_per_${span}` as const
          const taken = quota.data && t('settings.bulk_taken', { taken: quota.data[span].taken.toLocaleString() })
          return (
            <NumberInput
              key={span}
              w={220}
              min={0}
              max={1_000_000_000}
              allowDecimal={false}
              thousandSeparator
              disabled={disabled}
              label={t(`settings.bulk_per_${span}`)}
              description={[t('settings.bulk_hint'), taken].filter(Boolean).join(' ')}
              error={faults.of(name)}
              value={value[name]}
              onChange={(n) => onChange({ [name]: Number(n) })}
            />
          )
        })}
      </Group>
    </FormSection>
  )
}
