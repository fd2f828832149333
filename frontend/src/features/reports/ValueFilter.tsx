import { Autocomplete, Button, NativeSelect, Popover, Stack } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
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
  const { t } = useTranslation()
  const [opened, setOpened] = useState(false)
  const [name, setName] = useState<FilterName>('source')
  const [value, setValue] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (value.trim() === '') return
    onAdd(name, value.trim())
    setValue('')
    setOpened(false)
  }
  return (
    <Popover position="bottom-start" shadow="md" trapFocus returnFocus opened={opened} onChange={setOpened}>
      <Popover.Target>
        <Button variant="default" leftSection={<IconPlus size={13} aria-hidden />} onClick={() => setOpened(!opened)}>
          {t('filter.more')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form onSubmit={submit}>
          <Stack gap={8} w={240}>
            <NativeSelect
              size="xs"
              label={t('filter.more')}
              value={name}
              onChange={(event) => setName(event.currentTarget.value as FilterName)}
              data={names.map((each) => ({ value: each, label: words.group(each) }))}
            />
            <Values menu={menu} ask={ask} name={name} value={value} onChange={setValue} />
            <Button type="submit">{t('act.apply')}</Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
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
