import { Button, Group } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { TFunction } from 'i18next'

let said = 0

/** Says that something was done and, for as long as it stays, offers to take it back. */
export function sayDoneWithUndo(message: string, t: TFunction, undo: () => void) {
  said += 1
  const id = `undo-${said}`
  const press = () => {
    notifications.hide(id)
    undo()
  }
  notifications.show({
    id,
    message: (
      <Group justify="space-between" gap={8} wrap="nowrap">
        {message}
        <Button variant="subtle" size="compact-xs" onClick={press}>
          {t('act.undo')}
        </Button>
      </Group>
    ),
    color: 'teal',
    autoClose: 10_000,
    withBorder: true,
  })
}
