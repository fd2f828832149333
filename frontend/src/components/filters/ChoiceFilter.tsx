import { Button, Checkbox, Popover, Stack } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'

interface Props<T extends string> {
  name: string
  choices: readonly T[]
  nameOf: (choice: T) => string
  chosen: readonly T[]
  onChange: (chosen: T[]) => void
}

/** A filter of which several values may be chosen. */
export function ChoiceFilter<T extends string>({ name, choices, nameOf, chosen, onChange }: Props<T>) {
  const label = chosen.length === 0 ? name : `${name}: ${chosen.map(nameOf).join(', ')}`
  return (
    <Popover position="bottom-start" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant={chosen.length > 0 ? 'light' : 'default'}
          rightSection={<IconChevronDown size={13} aria-hidden />}
          maw={260}
        >
          {label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Checkbox.Group
          value={[...chosen]}
          onChange={(next) => onChange(choices.filter((choice) => next.includes(choice)))}
        >
          <Stack gap={8}>
            {choices.map((choice) => (
              <Checkbox key={choice} size="xs" value={choice} label={nameOf(choice)} />
            ))}
          </Stack>
        </Checkbox.Group>
      </Popover.Dropdown>
    </Popover>
  )
}
