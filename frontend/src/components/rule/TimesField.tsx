import { ActionIcon, Button, Group, Input, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { RulePart } from './rule'

/** The times of a day, one field each. */
export function TimesField({ draft, change, fault, disabled }: RulePart) {
  const { t } = useTranslation()
  const { times } = draft
  const set = (place: number, time: string) => change({ times: times.map((each, at) => (at === place ? time : each)) })
  return (
    <Input.Wrapper label={t('schedules.times')} error={fault('rule.times')} labelElement="div">
      <Group gap={10} mt={2}>
        {times.map((time, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a time is known by its place while it is typed
          <Group key={place} gap={2} wrap="nowrap">
            <TextInput
              type="time"
              aria-label={t('schedules.time_of', { number: place + 1 })}
              value={time}
              disabled={disabled}
              onChange={(event) => set(place, event.currentTarget.value)}
            />
            {times.length > 1 && !disabled && (
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t('schedules.remove_time', { time })}
                onClick={() => change({ times: times.filter((_, at) => at !== place) })}
              >
                <IconX size={14} aria-hidden />
              </ActionIcon>
            )}
          </Group>
        ))}
        {!disabled && times.length < 48 && (
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPlus size={13} aria-hidden />}
            onClick={() => change({ times: [...times, '12:00'] })}
          >
            {t('schedules.add_time')}
          </Button>
        )}
      </Group>
    </Input.Wrapper>
  )
}
