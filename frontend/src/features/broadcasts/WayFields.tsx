import { MultiSelect, NativeSelect, Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { FormSection } from '../../components/form/FormPage'
import { type Channel, channels, priorities } from '../../lib/words'
import type { Part } from './PlanForm'

/** How a broadcast goes out. */
export function WayFields({ part: { draft, change, choices, faultOf } }: { part: Part }) {
  const { t } = useTranslation()
  return (
    <FormSection title={t('broadcasts.ways')} intro={t('broadcasts.ways_intro')}>
      <MultiSelect
        label={t('broadcasts.channels')}
        data={channels.map((value) => ({ value, label: t(`channel.${value}`) }))}
        value={draft.channels}
        error={faultOf('channels')}
        onChange={(chosen) => change({ channels: chosen as Channel[] })}
      />
      <Select
        label={t('broadcasts.category')}
        placeholder={t('broadcasts.category_none')}
        data={choices.categories}
        value={draft.category || null}
        searchable
        error={faultOf('category')}
        onChange={(category) => change({ category: category ?? '' })}
      />
      <NativeSelect
        label={t('broadcasts.priority')}
        value={draft.priority}
        data={priorities.map((value) => ({ value, label: t(`priority.${value}`) }))}
        onChange={(event) => change({ priority: event.currentTarget.value })}
      />
    </FormSection>
  )
}
