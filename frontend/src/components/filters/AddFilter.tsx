import { Button, NativeSelect, Popover, Stack } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { type FormEvent, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'

interface Props<Name extends string> {
  names: { value: Name; label: string }[]
  first: Name
  /** The field in which the value of the chosen filter is given. */
  field: (name: Name, value: string, onChange: (value: string) => void) => ReactNode
  onAdd: (name: Name, value: string) => void
}

/** Adds a filter: which one, and its value. */
export function AddFilter<Name extends string>({ names, first, field, onAdd }: Props<Name>) {
  const { t } = useTranslation()
  const [opened, setOpened] = useState(false)
  const [name, setName] = useState(first)
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
          <Stack gap={8} w={230}>
            <NativeSelect
              size="xs"
              label={t('filter.more')}
              value={name}
              onChange={(event) => setName(event.currentTarget.value as Name)}
              data={names}
            />
            {field(name, value, setValue)}
            <Button type="submit">{t('act.apply')}</Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  )
}
