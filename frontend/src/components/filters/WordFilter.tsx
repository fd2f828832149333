import { TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { AddFilter } from './AddFilter'

/** The filters that take one word, most used first. */
export const wordFilters = [
  'broadcast',
  'workflow',
  'recipient',
  'category',
  'source',
  'template',
  'integration',
  'error_code',
  'group',
  'tenant',
  'event',
  'trace_id',
] as const
export type WordFilterName = (typeof wordFilters)[number]

/** Adds a filter whose value is typed. */
export function WordFilter({ onAdd }: { onAdd: (name: WordFilterName, value: string) => void }) {
  const { t } = useTranslation()
  return (
    <AddFilter
      names={wordFilters.map((value) => ({ value, label: t(`filter.${value}`) }))}
      first="workflow"
      field={(_, value, onChange) => (
        <TextInput
          size="xs"
          label={t('filter.value')}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
      onAdd={onAdd}
    />
  )
}
