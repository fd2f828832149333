import { Button, Menu, Modal, Textarea } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Confirm } from '../../components/Confirm'
import { doors } from '../../lib/doors'
import { sayDone, sayFailed } from '../../lib/notify'
import { usePermission } from '../../lib/session'
import { type Move, useMove, type View } from './api'
import { DiffSections } from './DiffSections'
import type { Draft } from './use-draft'

/** The next step on a template's way to people. */
export function ReviewActions({ view, draft }: { view: View; draft: Draft }) {
  const { t } = useTranslation()
  const writes = usePermission('content:write')
  const approves = usePermission('content:approve')
  const [asking, setAsking] = useState<Move>()
  const move = useMove(view.key)
  const { open, approval } = view.review
  const act = (what: Move, note?: string) =>
    move.mutate(
      { move: what, ...(note ? { note } : {}) },
      {
        onSuccess: (answer) => {
          setAsking(undefined)
          if (what === 'discard') void draft.reload()
          sayDone(answer.note || t(`templates.done_${what}`))
        },
        onError: (error) => sayFailed(error, t),
      },
    )
  const blocked = draft.state !== 'saved' || view.faults.length > 0
  return (
    <>
      {approval && approval.state === 'waiting' && (
        <Button component={Link} variant="default" {...(doors.approval(approval.id) as { to: string })}>
          {t('templates.see_approval')}
        </Button>
      )}
      {writes && open && open.state !== 'draft' && (
        <Button variant="default" loading={move.isPending} onClick={() => act('withdraw')}>
          {t('templates.withdraw')}
        </Button>
      )}
      {approves && open?.state === 'approved' && (
        <Button onClick={() => setAsking('publish')}>{t('templates.publish')}</Button>
      )}
      {writes && open?.state === 'draft' && (
        <Button
          disabled={blocked}
          title={blocked ? t('templates.blocked', { count: view.faults.length }) : undefined}
          onClick={() => setAsking('submit')}
        >
          {t('templates.submit')}
        </Button>
      )}
      <MoreActions view={view} onMove={setAsking} />
      <SubmitDialog
        view={view}
        opened={asking === 'submit'}
        busy={move.isPending}
        onClose={() => setAsking(undefined)}
        onSubmit={(note) => act('submit', note)}
      />
      <PublishDialog
        view={view}
        opened={asking === 'publish'}
        busy={move.isPending}
        onClose={() => setAsking(undefined)}
        onConfirm={() => act('publish')}
      />
      {(['retire', 'unretire', 'discard'] as const).map((what) => (
        <Confirm
          key={what}
          title={t(`templates.ask_${what}`)}
          text={t(`templates.ask_${what}_text`)}
          confirm={t(`templates.${what}`)}
          danger={what !== 'unretire'}
          opened={asking === what}
          busy={move.isPending}
          onClose={() => setAsking(undefined)}
          onConfirm={() => act(what)}
        />
      ))}
    </>
  )
}

function MoreActions({ view, onMove }: { view: View; onMove: (move: Move) => void }) {
  const { t } = useTranslation()
  const writes = usePermission('content:write')
  const approves = usePermission('content:approve')
  const { open, retired_at, live_version } = view.review
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" px={8} aria-label={t('templates.more')}>
          <IconDots size={16} aria-hidden />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={`/v1/templates/${encodeURIComponent(view.key)}/export`} download>
          {t('templates.export')}
        </Menu.Item>
        {approves && open && open.state !== 'approved' && (
          <Menu.Item onClick={() => onMove('publish')}>{t('templates.publish_alone')}</Menu.Item>
        )}
        {writes && open && <Menu.Item onClick={() => onMove('discard')}>{t('templates.discard')}</Menu.Item>}
        {approves && live_version > 0 && (
          <Menu.Item onClick={() => onMove(retired_at ? 'unretire' : 'retire')}>
            {retired_at ? t('templates.unretire') : t('templates.retire')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

interface DialogProps {
  view: View
  opened: boolean
  busy: boolean
  onClose: () => void
}

function SubmitDialog({ view, opened, busy, onClose, onSubmit }: DialogProps & { onSubmit: (note: string) => void }) {
  const { t } = useTranslation()
  const [note, setNote] = useState('')
  return (
    <Modal
      size="80%"
      opened={opened}
      onClose={onClose}
      title={t('templates.submit_title')}
      closeButtonProps={{ 'aria-label': t('act.close') }}
    >
      <DiffSections template={view.key} from={view.live_version} to={view.review.open?.version ?? 0} />
      <Textarea
        mt="md"
        label={t('templates.note')}
        description={t('templates.note_hint')}
        rows={2}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Button mt="md" loading={busy} onClick={() => onSubmit(note)}>
        {t('templates.submit')}
      </Button>
    </Modal>
  )
}

function PublishDialog({ view, opened, busy, onClose, onConfirm }: DialogProps & { onConfirm: () => void }) {
  const { t } = useTranslation()
  return (
    <Modal
      size="80%"
      opened={opened}
      onClose={onClose}
      title={t('templates.publish_title', { version: view.review.open?.version ?? 0 })}
      closeButtonProps={{ 'aria-label': t('act.close') }}
    >
      <DiffSections template={view.key} from={view.live_version} to={view.review.open?.version ?? 0} />
      <Button mt="md" loading={busy} onClick={onConfirm}>
        {t('templates.publish')}
      </Button>
    </Modal>
  )
}
