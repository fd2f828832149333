import { Button, Popover, Stack, TextInput } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { dayAndTime, localInput, momentOf, useShownZone } from '../../lib/time'

interface Props {
  from: string | undefined
  to: string | undefined
  onChange: (from: string | undefined, to: string | undefined) => void
}

const hour = 3_600_000
const spans = [
  ['last_hour', hour],
  ['last_day', 24 * hour],
  ['last_week', 7 * 24 * hour],
] as const

export function TimeFilter({ from, to, onChange }: Props) {
  const { t, i18n } = useTranslation()
  const [opened, setOpened] = useState(false)
  useShownZone()
  const shown = [from, to].map((at) => (at ? dayAndTime(new Date(at), i18n.language) : '…'))
  const choose = (next: string | undefined) => {
    onChange(next, undefined)
    setOpened(false)
  }
  return (
    <Popover position="bottom-start" shadow="md" trapFocus returnFocus opened={opened} onChange={setOpened}>
      <Popover.Target>
        <Button
          variant={from || to ? 'light' : 'default'}
          rightSection={<IconChevronDown size={13} aria-hidden />}
          onClick={() => setOpened(!opened)}
        >
          {from || to ? shown.join(' – ') : t('filter.time')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap={6} w={220}>
          <Button variant="subtle" justify="flex-start" onClick={() => choose(undefined)}>
            {t('filter.any_time')}
          </Button>
          {spans.map(([name, length]) => (
            <Button
              key={name}
              variant="subtle"
              justify="flex-start"
              onClick={() => choose(new Date(Date.now() - length).toISOString())}
            >
              {t(`filter.${name}`)}
            </Button>
          ))}
          <MomentInput label={t('filter.from')} value={from} onChange={(next) => onChange(next, to)} />
          <MomentInput label={t('filter.to')} value={to} onChange={(next) => onChange(from, next)} />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}

interface MomentProps {
  label: string
  value: string | undefined
  onChange: (next: string | undefined) => void
}

/** The browser's own date and time field, in the zone that times are shown in. */
function MomentInput({ label, value, onChange }: MomentProps) {
  return (
    <TextInput
      size="xs"
      type="datetime-local"
      label={label}
      value={value ? localInput(new Date(value)) : ''}
      onChange={(event) => onChange(momentOf(event.currentTarget.value)?.toISOString())}
    />
  )
}
