import { MultiSelect, NativeSelect, Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { type Channel, channels, priorities } from '../../lib/words'
import type { Part } from './part'

/** How a broadcast goes out. */
export function WayFields({ part: { draft, change, choices, faultOf } }: { part: Part }) {
  const { t } = useTranslation()
  return (
    <>
      <MultiSelect
        id="broadcast-channels"
        label={t('broadcasts.channels')}
        data={channels.map((value) => ({ value, label: t(`channel.${value}`) }))}
        value={draft.channels}
        searchable
        error={faultOf('channels')}
        onChange={(chosen) => change({ channels: chosen as Channel[] })}
      />
      <Select
        id="broadcast-category"
        label={t('broadcasts.category')}
        placeholder={t('broadcasts.category_none')}
        data={choices.categories}
        value={draft.category || null}
        searchable
        error={faultOf('category')}
        onChange={(category) => change({ category: category ?? '' })}
      />
      <NativeSelect
        id="broadcast-priority"
        label={t('broadcasts.priority')}
        value={draft.priority}
        data={priorities.map((value) => ({ value, label: t(`priority.${value}`) }))}
        onChange={(event) => change({ priority: event.currentTarget.value })}
      />
    </>
  )
}
