import { Button } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ConfirmDelete } from '../../components/ConfirmDelete'
import { sayDoneWithUndo } from '../../components/undo'
import { sayDone, sayFailed } from '../../lib/notify'
import { usePermission } from '../../lib/session'
import { type Move, type Schedule, useDelete, useMove } from './api'

/** Pauses, resumes and deletes a schedule. */
export function Actions({ schedule }: { schedule: Schedule }) {
  const { t } = useTranslation()
  const [deleting, setDeleting] = useState(false)
  const move = useMove(schedule.id)
  if (!usePermission('schedules:write')) return null
  const { name, state } = schedule
  const go = (to: Move, back?: Move) =>
    move.mutate(to, {
      onError: (error) => sayFailed(error, t),
      onSuccess: () => {
        const words = t(`schedules.did_${to}`, { name })
        // Pausing is taken back by resuming, and the other way round: times that pass between are not made up for.
        if (back) sayDoneWithUndo(words, t, () => go(back))
        else sayDone(words)
      },
    })
  return (
    <>
      <Button variant="default" leftSection={<IconTrash size={14} aria-hidden />} onClick={() => setDeleting(true)}>
        {t('act.delete')}
      </Button>
      {state === 'active' && (
        <Button
          variant="default"
          leftSection={<IconPlayerPause size={14} aria-hidden />}
          loading={move.isPending}
          onClick={() => go('pause', 'resume')}
        >
          {t('schedules.pause')}
        </Button>
      )}
      {state === 'paused' && (
        <Button
          leftSection={<IconPlayerPlay size={14} aria-hidden />}
          loading={move.isPending}
          onClick={() => go('resume', 'pause')}
        >
          {t('schedules.resume')}
        </Button>
      )}
      {deleting && <DeleteDialog schedule={schedule} onClose={() => setDeleting(false)} />}
    </>
  )
}

function DeleteDialog({ schedule: { id, name }, onClose }: { schedule: Schedule; onClose: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const remove = useDelete()
  const confirm = () =>
    remove.mutate(id, {
      onError: (error) => sayFailed(error, t),
      onSuccess: () => {
        sayDone(t('schedules.deleted', { name }))
        void navigate({ to: '/schedules', ignoreBlocker: true } as never)
      },
    })
  return (
    <ConfirmDelete
      title={t('schedules.delete_title')}
      name={name}
      text={t('schedules.delete_text')}
      dependents={[]}
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={confirm}
    />
  )
}
