import { Button, Group, Menu } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Time } from '../../components/Time'
import type { Choices } from './choices'

interface Props {
  preferences: Choices
  disabled: boolean
  onChange: (next: Choices) => void
}

const day = 24 * 3600_000
const lengths = { day, week: 7 * day, month: 30 * day } as const

/** Stops everything for a while. */
export function Pause({ preferences, disabled, onChange }: Props) {
  const { t } = useTranslation()
  const { paused_until: until, ...others } = preferences
  if (until && Date.parse(until) > Date.now()) {
    return (
      <Group gap={8}>
        <span>
          {t('recipients.paused_until')} <Time at={until} />
        </span>
        <Button
          size="compact-xs"
          variant="default"
          disabled={disabled}
          leftSection={<IconPlayerPlay size={13} aria-hidden />}
          onClick={() => onChange(others)}
        >
          {t('recipients.resume')}
        </Button>
      </Group>
    )
  }
  return (
    <Menu withinPortal position="bottom-end">
      <Menu.Target>
        <Button
          size="compact-xs"
          variant="default"
          disabled={disabled}
          leftSection={<IconPlayerPause size={13} aria-hidden />}
        >
          {t('recipients.pause')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(['day', 'week', 'month'] as const).map((length) => (
          <Menu.Item
            key={length}
            onClick={() => onChange({ ...others, paused_until: new Date(Date.now() + lengths[length]).toISOString() })}
          >
            {t(`recipients.pause_${length}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
