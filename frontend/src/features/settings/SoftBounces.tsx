import { NumberInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { FormSection } from '../../components/form/FormPage'
import type { FormFaults } from '../../lib/form-faults'

const spans = ['soft_bounce_span_seconds', 'soft_bounce_rest_seconds'] as const
type Name = 'soft_bounces' | (typeof spans)[number]

interface Props {
  value: Record<Name, number>
  may: boolean
  faults: FormFaults
  onChange: (name: Name, value: number) => void
}

/** After how many soft bounces an address rests, and for how long. */
export function SoftBounces({ value, may, faults, onChange }: Props) {
  const { t } = useTranslation()
  const field = (name: Name) => ({
    label: t(`settings.${name}`),
    description: t(`settings.${name}_hint`),
    disabled: !may,
    error: faults.of(name),
  })
  return (
    <FormSection title={t('settings.soft')} intro={t('settings.soft_text')}>
      <NumberInput
        {...field('soft_bounces')}
        min={0}
        max={100}
        allowDecimal={false}
        value={value.soft_bounces}
        onChange={(count) => onChange('soft_bounces', Number(count) || 0)}
      />
      {spans.map((name) => (
        <NumberInput
          key={name}
          {...field(name)}
          min={0.1}
          max={2160}
          decimalScale={2}
          value={value[name] / 3600}
          onChange={(hours) => onChange(name, Math.round((Number(hours) || 0) * 3600))}
        />
      ))}
    </FormSection>
  )
}
