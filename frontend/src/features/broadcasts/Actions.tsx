import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Confirm } from '../../components/Confirm'
import { sayDone, sayFailed } from '../../lib/notify'
import { useMe, usePermission } from '../../lib/session'
import { useSearchWords } from '../../lib/use-search'
import { AskCancel } from './AskCancel'
import { AskReason } from './AskReason'
import { type Broadcast, hasEnded, type Move, useMove } from './api'
import { startsText } from './Facts'

type Asking = 'edit' | 'approve' | 'reject' | 'cancel' | 'break-glass' | undefined

/** What can be done with a broadcast now, by whoever looks at it. The decision carries the hash of what is on the page. */
export function Actions({ of, writing }: { of: Broadcast; writing: boolean }) {
  const { t } = useTranslation()
  const move = useMove(of.id)
  const [asking, setAsking] = useState<Asking>()
  const may = useMay(of)
  const [, setSearch] = useSearchWords()
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
      {may.cancel && (
        <Button variant="default" onClick={() => setAsking('cancel')}>
          {t(hasEnded(of.state) ? 'broadcasts.recall_button' : 'broadcasts.cancel')}
        </Button>
      )}
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
      {may.edit && !writing && button('edit', 'default')}
      {may.breakGlass && button('break-glass', 'default')}
      {may.decide && button('reject', 'default')}
      {may.decide && button('approve')}
      <Confirm
        title={t('broadcasts.approve_title')}
        text={t('broadcasts.approve_text', { people: of.people.toLocaleString(), when: startsText(of, t) })}
        confirm={t('broadcasts.approve')}
        opened={asking === 'approve'}
        busy={move.isPending}
        onClose={close}
        onConfirm={() => go({ to: 'approve', hash: of.hash }, t('broadcasts.approved_done'))}
      />
      <Confirm
        title={t('broadcasts.edit_title')}
        text={t('broadcasts.edit_voids')}
        confirm={t('broadcasts.edit')}
        opened={asking === 'edit'}
        busy={false}
        onClose={close}
        onConfirm={() => {
          close()
          setSearch({ edit: 'yes', step: 'audience' })
        }}
      />
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
        <AskCancel
          of={of}
          {...dialog}
          onSubmit={(words, does) => move.mutate({ to: 'cancel', ...words }, does)}
          onDone={done(t(hasEnded(of.state) ? 'broadcasts.recalled_done' : 'broadcasts.cancelled_done'))}
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
    edit: writes && (of.state === 'submitted' || of.state === 'approved' || of.state === 'scheduled'),
    decide: waits && approves && !mine,
    breakGlass: waits && mine && me?.role === 'owner',
    pause: steers && of.state === 'sending',
    resume: steers && of.state === 'paused',
    cancel: steers && (!hasEnded(of.state) || (of.started_at !== undefined && of.recall === '')),
  }
}
