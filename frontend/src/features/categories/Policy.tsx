import { Group, NumberInput, Radio, Select, Stack, Switch } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { FormSection } from '../../components/form/FormPage'
import type { FormFaults } from '../../lib/form-faults'
import { type Draft, defaultChannels } from './draft'

interface Props {
  draft: Draft
  faults: FormFaults
  onChange: (part: Partial<Draft>) => void
}

/** What the category does where a recipient chose nothing, in quiet hours, and how often. */
export function Policy({ draft, faults, onChange }: Props) {
  const { t } = useTranslation()
  const settings = (['on', 'off', 'required'] as const).map((value) => ({
    value,
    label: t(`categories.setting_${value}`),
  }))
  return (
    <>
      <FormSection title={t('categories.defaults')} intro={t('categories.defaults_intro')}>
        {!draft.mandatory && (
          <Switch
            label={t('categories.default_on')}
            checked={draft.enabled}
            onChange={(event) => onChange({ enabled: event.currentTarget.checked })}
          />
        )}
        <Group gap={8}>
          {defaultChannels.map((channel) => (
            <Select
              key={channel}
              size="xs"
              w={130}
              label={t(`channel.${channel}`)}
              allowDeselect={false}
              data={[{ value: '', label: t('categories.setting_follows') }, ...settings]}
              value={draft.channels[channel] ?? ''}
              onChange={(value) => onChange({ channels: { ...draft.channels, [channel]: value ?? '' } })}
            />
          ))}
        </Group>
      </FormSection>
      <FormSection title={t('categories.quiet')} intro={t('categories.quiet_intro')}>
        <Radio.Group
          aria-label={t('categories.quiet')}
          value={draft.quiet}
          error={faults.of('quiet_hours')}
          onChange={(quiet) => onChange({ quiet: quiet as Draft['quiet'] })}
        >
          <Stack gap={10}>
            {(['hold', 'digest', 'drop', 'pass'] as const).map((value) => (
              <Radio
                key={value}
                size="xs"
                value={value}
                label={t(`categories.quiet_${value}`)}
                description={t(`categories.quiet_hint_${value}`)}
              />
            ))}
          </Stack>
        </Radio.Group>
      </FormSection>
      <FormSection title={t('categories.cadence')} intro={t('categories.cadence_intro')}>
        <Select
          w={260}
          aria-label={t('categories.cadence')}
          allowDeselect={false}
          error={faults.of('cadence')}
          data={(['instant', 'hourly', 'daily', 'weekly', 'off'] as const)
            .filter((value) => value !== 'off' || !draft.mandatory)
            .map((value) => ({ value, label: t(`categories.cadence_${value}`) }))}
          value={draft.cadence ?? 'instant'}
          onChange={(value) => onChange({ cadence: (value as Draft['cadence']) ?? undefined })}
        />
      </FormSection>
      <FormSection title={t('categories.cap')} intro={t('categories.cap_intro')}>
        <Switch
          label={t('categories.cap_on')}
          checked={draft.cap !== null}
          onChange={(event) => onChange({ cap: event.currentTarget.checked ? { max: 3, per: 'day' } : null })}
        />
        {draft.cap && <CapFields cap={draft.cap} faults={faults} onChange={(cap) => onChange({ cap })} />}
      </FormSection>
    </>
  )
}

interface CapProps {
  cap: NonNullable<Draft['cap']>
  faults: FormFaults
  onChange: (cap: NonNullable<Draft['cap']>) => void
}

function CapFields({ cap, faults, onChange }: CapProps) {
  const { t } = useTranslation()
  return (
    <Group gap={8} align="flex-start">
      <NumberInput
        w={120}
        min={1}
        max={10000}
        allowDecimal={false}
        label={t('categories.cap_max')}
        error={faults.of('frequency_cap.max')}
        value={cap.max}
        onChange={(max) => onChange({ ...cap, max: Number(max) })}
      />
      <Select
        w={140}
        allowDeselect={false}
        label={t('categories.cap_per')}
        data={(['hour', 'day', 'week'] as const).map((value) => ({ value, label: t(`categories.per_${value}`) }))}
        value={cap.per}
        onChange={(per) => per && onChange({ ...cap, per: per as typeof cap.per })}
      />
    </Group>
  )
}
