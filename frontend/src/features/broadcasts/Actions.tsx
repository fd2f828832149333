import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Confirm } from '../../components/Confirm'
import { sayDone, sayFailed } from '../../lib/notify'
import { useMe, usePermission } from '../../lib/session'
import { AskReason } from './AskReason'
import { type Broadcast, hasEnded, type Move, useMove } from './api'
import { startsText } from './Facts'

type Asking = 'submit' | 'approve' | 'reject' | 'cancel' | 'break-glass' | undefined

/** What can be done with a broadcast now, by whoever looks at it. The decision carries the hash of what is on the page. */
export function Actions({ of }: { of: Broadcast }) {
  const { t } = useTranslation()
  const move = useMove(of.id)
  const [asking, setAsking] = useState<Asking>()
  const may = useMay(of)
  const close = () => setAsking(undefined)
  const go = (step: Move, said: string) =>
    move.mutate(step, {
      onSuccess: () => {
        close()
        sayDone(said)
      },
      onError: (error) => {
        close()
        sayFailed(error, t)
      },
    })
  const button = (what: Asking & string, variant?: 'default') => (
    <Button {...(variant ? { variant } : {})} onClick={() => setAsking(what)}>
      {t(what === 'break-glass' ? 'broadcasts.break_glass' : `broadcasts.${what}`)}
    </Button>
  )
  const done = (said: string) => () => {
    close()
    sayDone(said)
  }
  const dialog = { label: t('broadcasts.reason'), busy: move.isPending, onClose: close }
  return (
    <>
      {may.cancel && button('cancel', 'default')}
      {may.pause && (
        <Button loading={move.isPending} onClick={() => go({ to: 'pause' }, t('broadcasts.paused_done'))}>
          {t('broadcasts.pause')}
        </Button>
      )}
      {may.resume && (
        <Button loading={move.isPending} onClick={() => go({ to: 'resume' }, t('broadcasts.resumed_done'))}>
          {t('broadcasts.resume')}
        </Button>
      )}
      {may.breakGlass && button('break-glass', 'default')}
      {may.decide && button('reject', 'default')}
      {may.decide && button('approve')}
      {may.submit && button('submit')}
      <Confirm
        title={t('broadcasts.approve_title')}
        text={t('broadcasts.approve_text', { people: of.people.toLocaleString(), when: startsText(of, t) })}
        confirm={t('broadcasts.approve')}
        opened={asking === 'approve'}
        busy={move.isPending}
        onClose={close}
        onConfirm={() => go({ to: 'approve', hash: of.hash }, t('broadcasts.approved_done'))}
      />
      {asking === 'submit' && (
        <AskReason
          {...dialog}
          title={t('broadcasts.submit_title')}
          label={t('broadcasts.submit_note')}
          submit={t('broadcasts.submit')}
          onSubmit={(note, does) => move.mutate({ to: 'submit', note, revision: of.revision }, does)}
          onDone={done(t('broadcasts.submitted_done'))}
        />
      )}
      {asking === 'reject' && (
        <AskReason
          {...dialog}
          required
          title={t('broadcasts.reject_title')}
          submit={t('broadcasts.reject')}
          onSubmit={(reason, does) => move.mutate({ to: 'reject', reason }, does)}
          onDone={done(t('broadcasts.rejected_done'))}
        />
      )}
      {asking === 'break-glass' && (
        <AskReason
          {...dialog}
          required
          danger
          title={t('broadcasts.break_glass')}
          text={t('broadcasts.break_glass_text')}
          submit={t('broadcasts.break_glass')}
          onSubmit={(reason, does) => move.mutate({ to: 'break-glass', hash: of.hash, reason }, does)}
          onDone={done(t('broadcasts.approved_done'))}
        />
      )}
      {asking === 'cancel' && (
        <AskReason
          {...dialog}
          danger
          title={t('broadcasts.cancel_title')}
          text={t('broadcasts.cancel_text')}
          submit={t('broadcasts.cancel')}
          onSubmit={(reason, does) => move.mutate({ to: 'cancel', reason }, does)}
          onDone={done(t('broadcasts.cancelled_done'))}
        />
      )}
    </>
  )
}

/** What whoever looks at it may do now; the server decides again. */
function useMay(of: Broadcast) {
  const me = useMe()?.member
  const writes = usePermission('notifications:write')
  const approves = usePermission('content:approve')
  const steers = usePermission('deliveries:write')
  const mine = of.authors.includes(me?.id ?? '')
  const waits = of.state === 'submitted' && of.frozen !== null
  return {
    submit: writes && (of.state === 'draft' || of.state === 'rejected'),
    decide: waits && approves && !mine,
    breakGlass: waits && mine && me?.role === 'owner',
    pause: steers && of.state === 'sending',
    resume: steers && of.state === 'paused',
    cancel: steers && !hasEnded(of.state),
  }
}
