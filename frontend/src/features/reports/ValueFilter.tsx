import { Autocomplete } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { AddFilter } from '../../components/filters/AddFilter'
import { type Report, reportQuery, rowsOf } from './api'
import type { Ask, FilterName } from './ask'
import type { ReportWords } from './words'

interface Props {
  menu: Report[]
  ask: Ask
  words: ReportWords
  names: FilterName[]
  onAdd: (name: FilterName, value: string) => void
}

/** Adds a filter whose value is one of those that occur in the time of the page. */
export function ValueFilter({ menu, ask, words, names, onAdd }: Props) {
  return (
    <AddFilter
      names={names.map((value) => ({ value, label: words.group(value) }))}
      first="source"
      field={(name, value, onChange) => <Values menu={menu} ask={ask} name={name} value={value} onChange={onChange} />}
      onAdd={onAdd}
    />
  )
}

interface ValuesProps {
  menu: Report[]
  ask: Ask
  name: FilterName
  value: string
  onChange: (value: string) => void
}

/** The values come from a report that counts by them: nobody has to know them by heart. */
function Values({ menu, ask, name, value, onChange }: ValuesProps) {
  const { t } = useTranslation()
  const takes = (report: Report) =>
    report.params.some((param) => param.name === 'group' && (param.options ?? []).includes(name)) &&
    !report.columns.some(({ type }) => type === 'time')
  const source = menu.find(takes)
  const query = useQuery({
    ...reportQuery(source ?? (menu[0] as Report), { ...ask, filters: {}, compare: false }, name),
    enabled: source !== undefined,
    refetchInterval: false,
  })
  const known = query.data && !query.isPlaceholderData ? rowsOf(query.data).map((row) => String(row.group ?? '')) : []
  return (
    <Autocomplete
      size="xs"
      label={t('filter.value')}
      value={value}
      onChange={onChange}
      data={[...new Set(known)].filter(Boolean)}
      comboboxProps={{ withinPortal: false }}
    />
  )
}
