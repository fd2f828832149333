import { NumberInput, Switch, TagsInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { FormSection } from '../../components/form/FormPage'
import type { useFormFaults } from '../../lib/form-faults'
import { type Provider, useCategoryKeys } from './api'
import type { Draft } from './use-draft'

/** The fields of both sections, for the faults that are shown beside them. */
export const limitPaths = [
  'per_second',
  'concurrency',
  'per_day',
  'categories',
  'countries',
  'receipt_within_seconds',
  'unit_cost_micros',
]

type Amount = 'per_second' | 'per_day' | 'concurrency' | 'receipt_within_seconds'

interface Props {
  draft: Draft
  faults: ReturnType<typeof useFormFaults>
  disabled: boolean
  change: <K extends keyof Draft>(key: K, value: Draft[K]) => void
}

/** What the account carries: some categories, some countries, or everything. */
export function Reach({ provider, draft, faults, disabled, change }: Props & { provider: Provider }) {
  const { t } = useTranslation()
  const categories = useCategoryKeys()
  const numbers = provider.channel === 'sms' || provider.channel === 'whatsapp'
  return (
    <FormSection title={t('channels.section_reach')} intro={t('channels.section_reach_text')}>
      <TagsInput
        label={t('channels.categories')}
        description={t('channels.categories_hint')}
        data={categories}
        value={draft.categories ?? []}
        error={faults.of('categories')}
        disabled={disabled}
        onChange={(value) => change('categories', value)}
      />
      {numbers && (
        <TagsInput
          label={t('channels.countries')}
          description={t('channels.countries_hint')}
          value={draft.countries ?? []}
          error={faults.of('countries')}
          disabled={disabled}
          onChange={(value) => change('countries', value)}
        />
      )}
    </FormSection>
  )
}

/** How hard the account may be used, and when another takes over. */
export function Limits({ draft, faults, disabled, change }: Props) {
  const { t } = useTranslation()
  const amount = (key: Amount, label: string, hint: string) => (
    <NumberInput
      label={label}
      description={hint}
      min={0}
      value={draft[key] ?? 0}
      error={faults.of(key)}
      disabled={disabled}
      onChange={(value) => change(key, Number(value))}
    />
  )
  return (
    <FormSection title={t('channels.section_limits')} intro={t('channels.section_limits_text')}>
      {amount('per_second', t('channels.per_second'), t('channels.per_second_hint'))}
      {amount('per_day', t('channels.per_day'), t('channels.per_day_hint'))}
      {amount('concurrency', t('channels.concurrency'), t('channels.concurrency_hint'))}
      {amount('receipt_within_seconds', t('channels.receipt_within'), t('channels.receipt_within_hint'))}
      <NumberInput
        label={t('channels.unit_cost')}
        description={t('channels.unit_cost_hint')}
        min={0}
        max={1000}
        step={0.001}
        decimalScale={6}
        value={(draft.unit_cost_micros ?? 0) / 1e6}
        error={faults.of('unit_cost_micros')}
        disabled={disabled}
        onChange={(value) => change('unit_cost_micros', Math.round(Number(value) * 1e6))}
      />
      <Switch
        label={t('channels.sandbox')}
        description={t('channels.sandbox_hint')}
        checked={draft.sandbox ?? false}
        disabled={disabled}
        onChange={(event) => change('sandbox', event.currentTarget.checked)}
      />
    </FormSection>
  )
}
