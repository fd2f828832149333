import { Button } from '@mantine/core'
import { IconPlayerPlay, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { ConfirmDelete } from '../../components/ConfirmDelete'
import { CurlButton } from '../../components/CurlButton'
import { PageHeader } from '../../components/PageHeader'
import { sayDone, sayFailed } from '../../lib/notify'
import { usePermission } from '../../lib/session'
import { syncQuery, useDeleteSync, useMoveSync, works } from './api'
import type { Sync } from './draft'
import { LastRun } from './LastRun'
import { RunState } from './RunState'
import { Runs } from './Runs'
import { SyncForm } from './SyncForm'
import { whenWords } from './when'

export function SyncPage() {
  const { key } = useParams({ strict: false }) as { key: string }
  const query = useQuery(syncQuery(key))
  return (
    <Answered of={query} page>
      {(sync) => <Whole key={sync.key} sync={sync} />}
    </Answered>
  )
}

/** One sync: how it goes, how it went, and what it is set to. */
function Whole({ sync }: { sync: Sync }) {
  const { t, i18n } = useTranslation()
  const [deleting, setDeleting] = useState(false)
  const mayAct = usePermission('admin')
  return (
    <>
      <PageHeader
        title={sync.name}
        intro={`${t(`syncs.kind_${sync.kind}`)} · ${whenWords(sync, t, i18n.language)}`}
        {...(sync.last ? { mark: <RunState state={sync.last.state} /> } : {})}
      >
        <CurlButton path={`/v1/syncs/${encodeURIComponent(sync.key)}`} />
        {mayAct && (
          <Button variant="default" leftSection={<IconTrash size={14} aria-hidden />} onClick={() => setDeleting(true)}>
            {t('act.delete')}
          </Button>
        )}
        <RunButton sync={sync} />
      </PageHeader>
      <LastRun sync={sync} />
      <Runs sync={sync} />
      <SyncForm sync={sync} />
      {deleting && <DeleteDialog sync={sync} onClose={() => setDeleting(false)} />}
    </>
  )
}

/** Begins a run, or ends the one under way. */
function RunButton({ sync }: { sync: Sync }) {
  const { t } = useTranslation()
  const move = useMoveSync(sync.key)
  const open = works(sync.last)
  if (!usePermission('recipients:write')) return null
  return (
    <Button
      variant={open ? 'default' : 'filled'}
      loading={move.isPending}
      {...(open ? {} : { leftSection: <IconPlayerPlay size={14} aria-hidden /> })}
      onClick={() => move.mutate({ to: open ? 'cancel' : 'run' }, { onError: (error) => sayFailed(error, t) })}
    >
      {t(open ? 'syncs.cancel' : 'syncs.run')}
    </Button>
  )
}

function DeleteDialog({ sync, onClose }: { sync: Sync; onClose: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const remove = useDeleteSync()
  const confirm = () =>
    remove.mutate(sync.key, {
      onError: (error) => sayFailed(error, t),
      onSuccess: () => {
        sayDone(t('syncs.deleted', { name: sync.name }))
        void navigate({ to: '/recipients/syncs', ignoreBlocker: true } as never)
      },
    })
  return (
    <ConfirmDelete
      title={t('syncs.delete_title')}
      name={sync.name}
      text={t('syncs.delete_text')}
      dependents={[]}
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={confirm}
    />
  )
}
