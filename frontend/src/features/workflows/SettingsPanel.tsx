import { NativeSelect, NumberInput, Switch, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { categoriesQuery, categoryName } from '../../lib/names'
import { type Priority, priorities } from '../../lib/words'
import { CancelOnList } from './CancelOnList'
import { type Draft, type Fault, faultAt } from './draft'
import classes from './Panels.module.css'
import type { Editing } from './use-editing'

const hour = 3600

/** What holds for the workflow as a whole. */
export function SettingsPanel({ editing, faults }: { editing: Editing; faults: Fault[] }) {
  const { t, i18n } = useTranslation()
  const { draft, readOnly: disabled } = editing
  const { data } = useQuery(categoriesQuery)
  const set = (change: Partial<Draft>) => editing.change((d) => ({ ...d, ...change }))
  const known = (data?.rows ?? []).map((row) => ({ value: row.key, label: categoryName(row, i18n.language) }))
  const isKnown = known.some(({ value }) => value === draft.category)
  return (
    <div className={classes.fields}>
      <TextInput
        label={t('workflows.name')}
        value={draft.name}
        error={faultAt(faults, 'name')}
        disabled={disabled}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <NativeSelect
        label={t('filter.category')}
        description={t('workflows.category_hint')}
        value={draft.category}
        error={faultAt(faults, 'category')}
        disabled={disabled}
        onChange={(event) => set({ category: event.currentTarget.value })}
        data={isKnown ? known : [{ value: draft.category, label: draft.category || '—' }, ...known]}
      />
      <NativeSelect
        label={t('column.priority')}
        value={draft.priority}
        error={faultAt(faults, 'priority')}
        disabled={disabled}
        onChange={(event) => set({ priority: event.currentTarget.value as Priority })}
        data={priorities.map((priority) => ({ value: priority, label: t(`priority.${priority}`) }))}
      />
      <NumberInput
        label={t('workflows.expires')}
        description={t('workflows.expires_hint')}
        value={draft.expires_after_seconds / hour}
        error={faultAt(faults, 'expires_after_seconds')}
        disabled={disabled}
        min={0}
        decimalScale={2}
        onChange={(hours) => set({ expires_after_seconds: Math.round(Number(hours) * hour) })}
      />
      <Switch
        label={t('workflows.critical')}
        description={t('workflows.critical_hint')}
        checked={draft.critical}
        disabled={disabled}
        onChange={(event) => set({ critical: event.currentTarget.checked })}
      />
      <Switch
        label={t('workflows.enabled')}
        description={t('workflows.enabled_hint')}
        checked={draft.enabled}
        disabled={disabled}
        onChange={(event) => set({ enabled: event.currentTarget.checked })}
      />
      <CancelOnList
        list={draft.cancel_on}
        faults={faults}
        disabled={disabled}
        onChange={(cancel_on) => set({ cancel_on })}
      />
    </div>
  )
}
