import { Button, Group } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from './Dialog'

interface Props {
  title: string
  text: ReactNode
  confirm: string
  keep?: string
  opened: boolean
  busy: boolean
  danger?: boolean
  onClose: () => void
  onConfirm: () => void
}

/** Asks before something that cannot be taken back. */
export function Confirm({ title, text, confirm, keep, opened, busy, danger, onClose, onConfirm }: Props) {
  const { t } = useTranslation()
  return (
    <Dialog opened={opened} onClose={onClose} title={title}>
      <div>{text}</div>
      <Group justify="flex-end" gap={8} mt="md">
        <Button variant="default" onClick={onClose}>
          {keep ?? t('act.cancel')}
        </Button>
        <Button {...(danger ? { color: 'red' } : {})} loading={busy} onClick={onConfirm}>
          {confirm}
        </Button>
      </Group>
    </Dialog>
  )
}
