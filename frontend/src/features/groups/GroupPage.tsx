import { Button } from '@mantine/core'
import { IconPencil, IconTrash, IconUpload, IconUserPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { ConfirmDelete } from '../../components/ConfirmDelete'
import { CurlButton } from '../../components/CurlButton'
import { PageHeader } from '../../components/PageHeader'
import { UsedBy } from '../../components/UsedBy'
import { doors } from '../../lib/doors'
import { sayDone, sayFailed } from '../../lib/notify'
import { usePermission } from '../../lib/session'
import { needsOf, usedByQuery } from '../../lib/used-by'
import { AddMembersDialog } from './AddMembersDialog'
import { type Group, groupQuery, useDeleteGroup } from './api'
import { GroupDialog } from './GroupDialog'
import { ImportMembersDialog } from './ImportMembersDialog'
import { Members } from './Members'

export function GroupPage() {
  const { key } = useParams({ strict: false }) as { key: string }
  const query = useQuery(groupQuery(key))
  return (
    <Answered of={query} page>
      {(group) => <Whole group={group} />}
    </Answered>
  )
}

function Whole({ group }: { group: Group }) {
  const { t } = useTranslation()
  const [dialog, setDialog] = useState<'add' | 'import' | 'rename' | 'delete'>()
  const mayWrite = usePermission('recipients:write')
  const close = () => setDialog(undefined)
  return (
    <>
      <PageHeader title={group.name} intro={t('groups.page_intro', { key: group.key, count: group.members })}>
        <CurlButton path={`/v1/groups/${encodeURIComponent(group.key)}/members`} />
        {mayWrite && (
          <>
            <Button
              variant="default"
              leftSection={<IconPencil size={14} aria-hidden />}
              onClick={() => setDialog('rename')}
            >
              {t('groups.rename')}
            </Button>
            <Button
              variant="default"
              leftSection={<IconTrash size={14} aria-hidden />}
              onClick={() => setDialog('delete')}
            >
              {t('act.delete')}
            </Button>
            <Button
              variant="default"
              leftSection={<IconUpload size={14} aria-hidden />}
              onClick={() => setDialog('import')}
            >
              {t('groups.import')}
            </Button>
            <Button leftSection={<IconUserPlus size={14} aria-hidden />} onClick={() => setDialog('add')}>
              {t('groups.add')}
            </Button>
          </>
        )}
      </PageHeader>
      <UsedBy list={{ group: group.key }} unused={t('groups.unused')} />
      <Members group={group} />
      {dialog === 'add' && <AddMembersDialog group={group} onClose={close} />}
      {dialog === 'import' && <ImportMembersDialog group={group} onClose={close} />}
      {dialog === 'rename' && <GroupDialog group={group} onClose={close} />}
      {dialog === 'delete' && <DeleteDialog group={group} onClose={close} />}
    </>
  )
}

function DeleteDialog({ group, onClose }: { group: Group; onClose: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const remove = useDeleteGroup()
  const uses = useQuery(usedByQuery({ group: group.key }, usePermission('schedules:read'))).data
  const confirm = () =>
    remove.mutate(group.key, {
      onError: (error) => sayFailed(error, t),
      onSuccess: () => {
        sayDone(t('groups.deleted', { name: group.name }))
        void navigate({ to: '/groups' })
      },
    })
  const needs = uses && needsOf(uses, t)
  const blocked = (needs?.length ?? 0) > 0
  const members =
    group.members > 0
      ? [{ name: t('groups.delete_members', { count: group.members }), door: doors.recipients({ group: group.key }) }]
      : []
  return (
    <ConfirmDelete
      title={t('groups.delete_title')}
      name={group.name}
      text={t('groups.delete_text')}
      dependents={blocked ? needs : needs && members}
      blocked={blocked}
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={confirm}
    />
  )
}
