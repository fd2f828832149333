import { Button, NativeSelect, Popover, Stack, TextInput } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'

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
  const [opened, setOpened] = useState(false)
  const [name, setName] = useState<WordFilterName>('workflow')
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
          <Stack gap={8} w={220}>
            <NativeSelect
              size="xs"
              label={t('filter.more')}
              value={name}
              onChange={(event) => setName(event.currentTarget.value as WordFilterName)}
              data={wordFilters.map((each) => ({ value: each, label: t(`filter.${each}`) }))}
            />
            <TextInput
              size="xs"
              label={t('filter.value')}
              value={value}
              onChange={(event) => setValue(event.currentTarget.value)}
            />
            <Button type="submit">{t('act.apply')}</Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  )
}
