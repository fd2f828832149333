import { Button, Group, Stack, Textarea } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../../components/Dialog'
import { sayDone, sayFailed } from '../../lib/notify'
import { type Scope, useDiscard } from './api'
import { scopeSentence } from './ReplayDialog'

interface Props {
  scope: Scope
  onClose: () => void
  onDone: () => void
}

/** Gives up on failures; a reason must be given, and is kept. */
export function DiscardDialog({ scope, onClose, onDone }: Props) {
  const { t } = useTranslation()
  const [reason, setReason] = useState('')
  const [asked, setAsked] = useState(false)
  const discard = useDiscard()
  const missing = reason.trim() === ''
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setAsked(true)
    if (missing) return
    discard.mutate(
      { scope, reason: reason.trim() },
      {
        onSuccess: ({ discarded }) => {
          sayDone(t('failures.discarded', { count: discarded }))
          onDone()
        },
        onError: (error) => sayFailed(error, t),
      },
    )
  }
  return (
    <Dialog opened onClose={onClose} title={t('failures.discard_title')}>
      <form onSubmit={submit} noValidate>
        <Stack gap={12}>
          <div>
            <b>{scopeSentence(scope, t)}</b>
            <div className="dim">{t('failures.discard_text')}</div>
          </div>
          <Textarea
            size="sm"
            data-autofocus
            label={t('failures.reason')}
            placeholder={t('failures.reason_placeholder')}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            error={asked && missing ? t('failures.reason_required') : undefined}
          />
          <Group justify="flex-end" gap={8}>
            <Button variant="default" onClick={onClose}>
              {t('act.cancel')}
            </Button>
            <Button type="submit" color="red" loading={discard.isPending}>
              {t('failures.discard_now')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
