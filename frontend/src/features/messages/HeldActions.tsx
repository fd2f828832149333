import { Button, Group, Modal, TextInput } from '@mantine/core'
import { IconClockEdit, IconSend } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Confirm } from '../../components/Confirm'
import { sayDone, sayFailed } from '../../lib/notify'
import { type HeldPatch, usePatchHeld } from './api'

/** What can be done about a message that waits: send it now, or at another time. */
export function HeldActions({ id }: { id: string }) {
  const { t } = useTranslation()
  const [asking, setAsking] = useState<'now' | 'later'>()
  const patch = usePatchHeld(id)
  const send = (body: HeldPatch) =>
    patch.mutate(body, {
      // Zero is an honest answer: its time came first.
      onSuccess: ({ messages }) =>
        sayDone(t(messages === 0 ? 'message.not_held' : body.send_now ? 'message.sent_now' : 'message.rescheduled')),
      onError: (error) => sayFailed(error, t),
      onSettled: () => setAsking(undefined),
    })
  return (
    <>
      <Button variant="default" leftSection={<IconSend size={14} aria-hidden />} onClick={() => setAsking('now')}>
        {t('message.send_now')}
      </Button>
      <Button
        variant="default"
        leftSection={<IconClockEdit size={14} aria-hidden />}
        onClick={() => setAsking('later')}
      >
        {t('message.send_at')}
      </Button>
      <Confirm
        title={t('message.send_now_confirm')}
        text={t('message.send_now_text')}
        confirm={t('message.send_now')}
        opened={asking === 'now'}
        busy={patch.isPending}
        onClose={() => setAsking(undefined)}
        onConfirm={() => send({ send_now: true })}
      />
      <Modal opened={asking === 'later'} onClose={() => setAsking(undefined)} title={t('message.send_at')}>
        <AnotherTime busy={patch.isPending} onSend={(send_at) => send({ send_at })} />
      </Modal>
    </>
  )
}

function AnotherTime({ busy, onSend }: { busy: boolean; onSend: (at: string) => void }) {
  const { t } = useTranslation()
  const [at, setAt] = useState('')
  const moment = at ? new Date(at) : undefined
  const past = moment !== undefined && moment.getTime() <= Date.now()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (moment && !past) onSend(moment.toISOString())
  }
  return (
    <form onSubmit={submit}>
      <TextInput
        type="datetime-local"
        label={t('message.send_at_label')}
        description={t('message.send_at_text')}
        data-autofocus
        value={at}
        error={past && t('message.send_at_past')}
        onChange={(event) => setAt(event.currentTarget.value)}
      />
      <Group justify="flex-end" mt={16}>
        <Button type="submit" loading={busy} disabled={!moment || past}>
          {t('message.send_at_save')}
        </Button>
      </Group>
    </form>
  )
}
