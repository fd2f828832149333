import { Button, Group, PasswordInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../../components/Dialog'
import { sorted } from '../../lib/form-faults'
import { errorSentence } from '../../lib/sentences'

interface Props {
  title: string
  action: string
  error: Error | null
  busy: boolean
  onClose: () => void
  onGiven: (password: string) => void
}

/** Asks for the password again before what must not be done by whoever finds a browser open. */
export function PasswordAsk({ title, action, error, busy, onClose, onGiven }: Props) {
  const { t } = useTranslation()
  const [password, setPassword] = useState('')
  const { placed, left } = sorted(error, ['current'])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onGiven(password)
  }
  return (
    <Dialog opened onClose={onClose} title={title}>
      <form onSubmit={submit} noValidate>
        <PasswordInput
          size="sm"
          data-autofocus
          label={t('account.second_password')}
          autoComplete="current-password"
          value={password}
          error={placed.current ?? (left ? errorSentence(left, t) : undefined)}
          visibilityToggleButtonProps={{ 'aria-label': t('session.show_password') }}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Group justify="flex-end" gap={8} mt="md">
          <Button variant="default" onClick={onClose}>
            {t('act.cancel')}
          </Button>
          <Button type="submit" loading={busy} disabled={!password}>
            {action}
          </Button>
        </Group>
      </form>
    </Dialog>
  )
}
