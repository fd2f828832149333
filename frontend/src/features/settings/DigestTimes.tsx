import { Group, NumberInput, Select, Switch, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { FormSection } from '../../components/form/FormPage'
import type { Schema } from '../../lib/api'
import type { FormFaults } from '../../lib/form-faults'

/** When digests leave, and how much everybody gets at most. */
export type Rules = Pick<Schema['HouseSettings'], 'digest_at' | 'digest_on' | 'frequency_cap'>

interface Props {
  rules: Rules
  disabled: boolean
  faults: FormFaults
  onChange: (part: Partial<Rules>) => void
}

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

export function DigestTimes({ rules, disabled, faults, onChange }: Props) {
  const { t } = useTranslation()
  const cap = rules.frequency_cap
  return (
    <>
      <FormSection title={t('settings.digests')} intro={t('settings.digests_text')}>
        <Group gap={8} align="flex-start">
          <TextInput
            w={140}
            label={t('settings.digest_at')}
            placeholder="09:00"
            disabled={disabled}
            error={faults.of('digest_at')}
            value={rules.digest_at}
            onChange={(event) => onChange({ digest_at: event.currentTarget.value })}
          />
          <Select
            w={180}
            label={t('settings.digest_on')}
            allowDeselect={false}
            disabled={disabled}
            error={faults.of('digest_on')}
            data={days.map((value) => ({ value, label: t(`settings.day_${value}`) }))}
            value={rules.digest_on || 'mon'}
            onChange={(value) => onChange({ digest_on: value ?? 'mon' })}
          />
        </Group>
      </FormSection>
      <FormSection title={t('settings.cap')} intro={t('settings.cap_text')}>
        <Switch
          label={t('settings.cap_on')}
          disabled={disabled}
          checked={cap !== null}
          onChange={(event) =>
            onChange({ frequency_cap: event.currentTarget.checked ? { max: 20, per: 'day' } : null })
          }
        />
        {cap && (
          <Group gap={8} align="flex-start">
            <NumberInput
              w={120}
              min={1}
              max={10000}
              allowDecimal={false}
              disabled={disabled}
              label={t('settings.cap_max')}
              error={faults.of('frequency_cap')}
              value={cap.max}
              onChange={(max) => onChange({ frequency_cap: { ...cap, max: Number(max) } })}
            />
            <Select
              w={140}
              allowDeselect={false}
              disabled={disabled}
              label={t('settings.cap_per')}
              data={(['hour', 'day', 'week'] as const).map((value) => ({ value, label: t(`settings.per_${value}`) }))}
              value={cap.per}
              onChange={(per) => per && onChange({ frequency_cap: { ...cap, per: per as typeof cap.per } })}
            />
          </Group>
        )}
      </FormSection>
    </>
  )
}
