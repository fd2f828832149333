import { Button } from '@mantine/core'
import { IconTrash, IconUsers } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { ConfirmDelete } from '../../components/ConfirmDelete'
import { CurlButton } from '../../components/CurlButton'
import type { Column, RowKind } from '../../components/list/column'
import { ListCard } from '../../components/list/ListCard'
import { PageHeader } from '../../components/PageHeader'
import { UsedBy } from '../../components/UsedBy'
import type { Schema } from '../../lib/api'
import { doors } from '../../lib/doors'
import { sayDone, sayFailed } from '../../lib/notify'
import { usePermission } from '../../lib/session'
import { needsOf, usedByQuery } from '../../lib/used-by'
import { memberList, type Segment, segmentQuery, useDeleteSegment } from './api'
import classes from './Sections.module.css'
import { SegmentForm } from './SegmentForm'
import { WhyMember } from './WhyMember'

/** A segment that is not there yet. */
export function NewSegmentPage() {
  const { t } = useTranslation()
  return (
    <>
      <PageHeader title={t('segments.new')} intro={t('segments.intro')} />
      <SegmentForm />
    </>
  )
}

export function SegmentPage() {
  const { key } = useParams({ strict: false }) as { key: string }
  const query = useQuery(segmentQuery(key))
  return (
    <Answered of={query} page>
      {(segment) => <Whole key={segment.key} segment={segment} />}
    </Answered>
  )
}

function Whole({ segment }: { segment: Segment }) {
  const { t } = useTranslation()
  const [deleting, setDeleting] = useState(false)
  return (
    <>
      <PageHeader title={segment.name} intro={t('segments.page_intro', { key: segment.key })}>
        <CurlButton path={`/v1/segments/${encodeURIComponent(segment.key)}/members`} />
        {usePermission('recipients:write') && (
          <Button variant="default" leftSection={<IconTrash size={14} aria-hidden />} onClick={() => setDeleting(true)}>
            {t('act.delete')}
          </Button>
        )}
      </PageHeader>
      <SegmentForm segment={segment} />
      <WhyMember segment={segment.key} />
      <UsedBy list={{ segment: segment.key }} unused={t('segments.unused')} />
      <Members segment={segment} />
      {deleting && <DeleteDialog segment={segment} onClose={() => setDeleting(false)} />}
    </>
  )
}

type Member = Schema['RecipientRef']
const kind: RowKind<Member> = { id: (row) => row.id, door: (row) => doors.recipient(row.id) }

/** Who is in the segment as it was saved, asked anew. */
function Members({ segment }: { segment: Segment }) {
  const { t } = useTranslation()
  const source = useMemo(() => memberList(segment.key), [segment.key])
  const columns = useMemo(
    (): Column<Member>[] => [
      { key: 'name', name: t('column.name'), lead: true, cell: (row) => row.name || row.id },
      { key: 'id', name: t('column.id'), dim: true, cell: (row) => <code>{row.id}</code> },
    ],
    [t],
  )
  return (
    <div className={classes.members}>
      <h2>{t('segments.members')}</h2>
      <ListCard
        caption={t('segments.members')}
        source={source}
        columns={columns}
        kind={kind}
        nothing={{
          icon: IconUsers,
          title: t('segments.nobody'),
          text: t('segments.nobody_text'),
          noMatch: t('segments.nobody'),
        }}
      />
    </div>
  )
}

function DeleteDialog({ segment, onClose }: { segment: Segment; onClose: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const remove = useDeleteSegment()
  const uses = useQuery(usedByQuery({ segment: segment.key }, usePermission('schedules:read'))).data
  const confirm = () =>
    remove.mutate(segment.key, {
      onError: (error) => sayFailed(error, t),
      onSuccess: () => {
        sayDone(t('segments.deleted', { name: segment.name }))
        void navigate({ to: '/segments', ignoreBlocker: true })
      },
    })
  const needs = uses && needsOf(uses, t)
  const open = uses?.events
    .filter(({ status }) => status === 'held' || status === 'accepted')
    .map(({ id, type }) => ({ name: `${type} ${id}`, door: doors.event(id) }))
  return (
    <ConfirmDelete
      title={t('segments.delete_title')}
      name={segment.name}
      text={t('segments.delete_text')}
      dependents={needs && open && [...needs, ...open]}
      blocked={(needs?.length ?? 0) > 0}
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={confirm}
    />
  )
}
