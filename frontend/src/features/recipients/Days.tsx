import { Chip, Group, Input } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../../lib/api'

type Day = NonNullable<Schema['QuietHours']['days']>[number]
const days: Day[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

interface Props {
  value: Day[]
  disabled: boolean
  onChange: (days: Day[]) => void
}

/** The days of the week on which something begins; none chosen means all. */
export function Days({ value, disabled, onChange }: Props) {
  const { t, i18n } = useTranslation()
  const short = new Intl.DateTimeFormat(i18n.language, { weekday: 'short', timeZone: 'UTC' })
  return (
    <Input.Wrapper size="xs" label={t('recipients.quiet_days')}>
      <Chip.Group
        multiple
        value={value.length ? value : days}
        onChange={(list) => onChange(list.length === 7 ? [] : (list as Day[]))}
      >
        <Group gap={4}>
          {days.map((day, index) => (
            <Chip key={day} value={day} size="xs" disabled={disabled}>
              {/* 1 January 2024 was a Monday. */}
              {short.format(Date.UTC(2024, 0, 1 + index))}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </Input.Wrapper>
  )
}
