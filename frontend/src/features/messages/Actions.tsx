import { Button } from '@mantine/core'
import { IconBan, IconRefresh, IconTerminal2 } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Confirm } from '../../components/Confirm'
import { LiveMark } from '../../components/LiveMark'
import type { Schema } from '../../lib/api'
import { useCopy } from '../../lib/copy'
import { curlOf } from '../../lib/curl'
import { sayDone, sayFailed } from '../../lib/notify'
import { usePermission } from '../../lib/session'
import { cancellable, resendable } from '../../lib/words'
import { useCancel, useResend } from './api'
import { HeldActions } from './HeldActions'
import { isRecallable, RecallButton } from './RecallButton'

/** What can be done about a message. Only what its state and the member's role allow is offered. */
export function Actions({ message }: { message: Schema['MessageView'] }) {
  const { t } = useTranslation()
  const mayAct = usePermission('deliveries:write')
  const { copied, copy } = useCopy()
  return (
    <>
      <LiveMark />
      <Button
        variant="default"
        leftSection={<IconTerminal2 size={14} aria-hidden />}
        onClick={() => copy(curlOf({ path: `/v1/messages/${message.id}` }))}
      >
        {copied ? t('act.copied') : t('act.copy_curl')}
      </Button>
      {mayAct && message.status === 'held' && <HeldActions id={message.id} />}
      {mayAct && cancellable.includes(message.status) && <CancelButton id={message.id} />}
      {mayAct && isRecallable(message) && <RecallButton message={message} />}
      {mayAct && resendable.includes(message.status) && <ResendButton id={message.id} />}
    </>
  )
}

function ResendButton({ id }: { id: string }) {
  const { t } = useTranslation()
  const [asking, setAsking] = useState(false)
  const resend = useResend(id)
  const confirm = () =>
    resend.mutate(undefined, {
      onSuccess: () => sayDone(t('message.resent')),
      onError: (error) => sayFailed(error, t),
      onSettled: () => setAsking(false),
    })
  return (
    <>
      <Button variant="default" leftSection={<IconRefresh size={14} aria-hidden />} onClick={() => setAsking(true)}>
        {t('message.resend')}
      </Button>
      <Confirm
        title={t('message.resend_confirm')}
        text={t('message.resend_text')}
        confirm={t('message.resend')}
        opened={asking}
        busy={resend.isPending}
        onClose={() => setAsking(false)}
        onConfirm={confirm}
      />
    </>
  )
}

function CancelButton({ id }: { id: string }) {
  const { t } = useTranslation()
  const [asking, setAsking] = useState(false)
  const cancel = useCancel(id)
  const confirm = () =>
    cancel.mutate(undefined, {
      // Zero is an honest answer: a worker was faster.
      onSuccess: ({ messages }) => sayDone(messages > 0 ? t('message.cancelled') : t('message.too_late')),
      onError: (error) => sayFailed(error, t),
      onSettled: () => setAsking(false),
    })
  return (
    <>
      <Button variant="default" leftSection={<IconBan size={14} aria-hidden />} onClick={() => setAsking(true)}>
        {t('message.cancel')}
      </Button>
      <Confirm
        title={t('message.cancel_confirm')}
        text={t('message.cancel_text')}
        confirm={t('message.cancel')}
        keep={t('message.keep')}
        danger
        opened={asking}
        busy={cancel.isPending}
        onClose={() => setAsking(false)}
        onConfirm={confirm}
      />
    </>
  )
}
