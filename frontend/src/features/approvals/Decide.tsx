import { Button, Menu } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { useLayoutEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Confirm } from '../../components/Confirm'
import type { Schema } from '../../lib/api'
import { sayDone, sayFailed } from '../../lib/notify'
import { useMe, usePermission } from '../../lib/session'
import { isBusy } from '../../lib/use-list-keys'
import { AskForChanges } from './AskForChanges'
import { isChanged, useApprove, useWithdraw } from './api'

type Asking = 'approve' | 'hold' | 'reject' | 'changed' | undefined

/** The decision. It carries the hash of what is on the page: something else cannot be approved by mistake. */
export function Decide({ approval }: { approval: Schema['ApprovalView'] }) {
  const { t } = useTranslation()
  const [asking, setAsking] = useState<Asking>()
  const broadcast = approval.kind === 'broadcast'
  const yes = t(broadcast ? 'broadcasts.approve' : 'approvals.approve')
  const may = usePermission('content:approve') && !approval.bar && approval.state === 'waiting'
  useDecisionKeys(may, setAsking)
  const approve = useApprove(approval.id)
  const close = () => setAsking(undefined)
  const decide = (publish: boolean) =>
    approve.mutate(
      { hash: approval.present_hash, publish },
      {
        onSuccess: () => {
          close()
          sayDone(t('approvals.approved_done'))
        },
        onError: (error) => {
          setAsking(isChanged(error) ? 'changed' : undefined)
          if (!isChanged(error)) sayFailed(error, t)
        },
      },
    )
  return (
    <>
      <Withdraw approval={approval} />
      {may && (
        <>
          <Button variant="default" aria-keyshortcuts="r" onClick={() => setAsking('reject')}>
            {t('approvals.reject')}
          </Button>
          <Button.Group>
            <Button aria-keyshortcuts="a" title={t('approvals.approve_key')} onClick={() => setAsking('approve')}>
              {yes}
            </Button>
            {!broadcast && <More onHold={() => setAsking('hold')} />}
          </Button.Group>
        </>
      )}
      <Confirm
        title={
          broadcast
            ? t('approvals.broadcast_approve', { name: approval.title })
            : t('approvals.approve_title', { version: approval.version })
        }
        text={t(broadcast ? 'approvals.broadcast_approve_text' : 'approvals.approve_text')}
        confirm={yes}
        opened={asking === 'approve'}
        busy={approve.isPending}
        onClose={close}
        onConfirm={() => decide(true)}
      />
      <Confirm
        title={t('approvals.hold_title', { version: approval.version })}
        text={t('approvals.hold_text')}
        confirm={t('approvals.approve_hold')}
        opened={asking === 'hold'}
        busy={approve.isPending}
        onClose={close}
        onConfirm={() => decide(false)}
      />
      <Confirm
        title={t('approvals.changed_title')}
        text={t('approvals.changed_text')}
        confirm={t('act.close')}
        opened={asking === 'changed'}
        busy={false}
        onClose={close}
        onConfirm={close}
      />
      <AskForChanges id={approval.id} opened={asking === 'reject'} onClose={close} />
    </>
  )
}

function More({ onHold }: { onHold: () => void }) {
  const { t } = useTranslation()
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button px={6} aria-label={t('approvals.approve_hold')} style={{ borderInlineStart: '1px solid #ffffff55' }}>
          <IconChevronDown size={14} aria-hidden />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onHold}>{t('approvals.approve_hold')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** a approves and r asks for changes; both ask once more. */
function useDecisionKeys(may: boolean, ask: (what: Asking) => void) {
  useLayoutEffect(() => {
    if (!may) return
    const onKey = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || isBusy(event.target)) return
      if (event.key === 'a') ask('approve')
      else if (event.key === 'r') ask('reject')
      else return
      event.preventDefault()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [may, ask])
}

function Withdraw({ approval }: { approval: Schema['ApprovalView'] }) {
  const { t } = useTranslation()
  const withdraw = useWithdraw(approval.id)
  const me = useMe()?.member.id ?? ''
  const mine = approval.submitted_by === me || approval.authors.includes(me)
  const open = approval.state === 'waiting' || (approval.state === 'approved' && !approval.published_at)
  if (!open || !mine || approval.kind === 'broadcast') return null
  return (
    <Button
      variant="default"
      loading={withdraw.isPending}
      onClick={() =>
        withdraw.mutate(undefined, {
          onSuccess: () => sayDone(t('approvals.withdrawn_done')),
          onError: (error) => sayFailed(error, t),
        })
      }
    >
      {t('approvals.withdraw')}
    </Button>
  )
}
