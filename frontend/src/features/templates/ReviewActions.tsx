import { Button, Menu, Modal, Textarea } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Confirm } from '../../components/Confirm'
import { doors } from '../../lib/doors'
import { sayDone, sayFailed } from '../../lib/notify'
import { usePermission } from '../../lib/session'
import { DiffSections } from './DiffSections'
import { type Move, type Subject, useMove } from './review'
import type { Standing } from './use-writing'

interface Props {
  subject: Subject
  draft: Standing
}

/** The next step on the way to people. */
export function ReviewActions({ subject, draft }: Props) {
  const { t } = useTranslation()
  const writes = usePermission('content:write')
  const approves = usePermission('content:approve')
  const [asking, setAsking] = useState<Move>()
  const move = useMove(subject)
  const { open, approval } = subject.review
  const layout = subject.kind === 'layouts'
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
  const blocked = draft.state !== 'saved' || subject.faults.length > 0
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
          title={blocked ? t('templates.blocked', { count: subject.faults.length }) : undefined}
          onClick={() => setAsking('submit')}
        >
          {t('templates.submit')}
        </Button>
      )}
      <MoreActions subject={subject} onMove={setAsking} />
      <SubmitDialog
        subject={subject}
        opened={asking === 'submit'}
        busy={move.isPending}
        onClose={() => setAsking(undefined)}
        onSubmit={(note) => act('submit', note)}
      />
      <PublishDialog
        subject={subject}
        opened={asking === 'publish'}
        busy={move.isPending}
        onClose={() => setAsking(undefined)}
        onConfirm={() => act('publish')}
      />
      {(['retire', 'unretire', 'discard'] as const).map((what) => (
        <Confirm
          key={what}
          title={layout ? t(`layouts.ask_${what}`) : t(`templates.ask_${what}`)}
          text={layout ? t(`layouts.ask_${what}_text`) : t(`templates.ask_${what}_text`)}
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

function MoreActions({ subject, onMove }: { subject: Subject; onMove: (move: Move) => void }) {
  const { t } = useTranslation()
  const writes = usePermission('content:write')
  const approves = usePermission('content:approve')
  const { kind, key, review } = subject
  const { open, retired_at, live_version } = review
  if (kind === 'layouts' && !(open && writes) && !(approves && live_version > 0)) return null
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" px={8} aria-label={t('templates.more')}>
          <IconDots size={16} aria-hidden />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {kind === 'templates' && (
          <Menu.Item component="a" href={`/v1/templates/${encodeURIComponent(key)}/export`} download>
            {t('templates.export')}
          </Menu.Item>
        )}
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
  subject: Subject
  opened: boolean
  busy: boolean
  onClose: () => void
}

function SubmitDialog({
  subject,
  opened,
  busy,
  onClose,
  onSubmit,
}: DialogProps & { onSubmit: (note: string) => void }) {
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
      <DiffSections way={subject} from={subject.review.live_version} to={subject.review.open?.version ?? 0} />
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

function PublishDialog({ subject, opened, busy, onClose, onConfirm }: DialogProps & { onConfirm: () => void }) {
  const { t } = useTranslation()
  return (
    <Modal
      size="80%"
      opened={opened}
      onClose={onClose}
      title={t('templates.publish_title', { version: subject.review.open?.version ?? 0 })}
      closeButtonProps={{ 'aria-label': t('act.close') }}
    >
      <DiffSections way={subject} from={subject.review.live_version} to={subject.review.open?.version ?? 0} />
      <Button mt="md" loading={busy} onClick={onConfirm}>
        {t('templates.publish')}
      </Button>
    </Modal>
  )
}
