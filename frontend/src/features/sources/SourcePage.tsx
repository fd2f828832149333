import { Button } from '@mantine/core'
import { IconMapPinOff, IconPencil, IconTrash, IconWebhook } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { ConfirmDelete, type Dependent } from '../../components/ConfirmDelete'
import { CurlButton } from '../../components/CurlButton'
import { Door } from '../../components/Door'
import { Fact, Facts } from '../../components/Facts'
import { PageHeader } from '../../components/PageHeader'
import { State } from '../../components/States'
import { Time } from '../../components/Time'
import { doors } from '../../lib/doors'
import { sayDone, sayFailed } from '../../lib/notify'
import { usePermission } from '../../lib/session'
import { type Source, sourcesQuery, useDeleteSource } from './api'
import { SourceDialog } from './SourceDialog'
import { eventsOf } from './use-source-list'

export function SourcePage() {
  const { t } = useTranslation()
  const { key } = useParams({ strict: false }) as { key: string }
  const query = useQuery(sourcesQuery)
  return (
    <Answered of={query} page>
      {({ rows }) => {
        const source = rows.find((each) => each.key === key)
        if (source) return <Whole source={source} />
        return <State page icon={IconMapPinOff} title={t('state.not_found_title')} text={t('state.not_found_text')} />
      }}
    </Answered>
  )
}

function Whole({ source }: { source: Source }) {
  const { t } = useTranslation()
  const [dialog, setDialog] = useState<'rename' | 'delete'>()
  const isAdmin = usePermission('admin')
  const close = () => setDialog(undefined)
  return (
    <>
      <PageHeader title={source.name} intro={t('sources.page_intro')}>
        <CurlButton path="/v1/sources" />
        {isAdmin && (
          <>
            <Button
              component={Link}
              to={doors.hook(source.key).to}
              variant="default"
              leftSection={<IconWebhook size={14} aria-hidden />}
            >
              {t('sources.hook_open')}
            </Button>
            <Button
              variant="default"
              leftSection={<IconPencil size={14} aria-hidden />}
              onClick={() => setDialog('rename')}
            >
              {t('sources.rename')}
            </Button>
            <Button
              variant="default"
              leftSection={<IconTrash size={14} aria-hidden />}
              onClick={() => setDialog('delete')}
            >
              {t('act.delete')}
            </Button>
          </>
        )}
      </PageHeader>
      <div style={{ maxWidth: 640 }}>
        <Facts title={t('sources.facts')}>
          <Fact name={t('column.key')}>
            <code>{source.key}</code>
          </Fact>
          <Fact name={t('sources.keys')}>
            <Door door={doors.apiKeys({ source: source.key, state: 'live' })}>{source.live_keys}</Door>
          </Fact>
          <Fact name={t('sources.events')}>
            <Door door={doors.eventsOf(source.key)}>{eventsOf(source)}</Door>
          </Fact>
          <Fact name={t('sources.last_event')}>
            {source.last_event_at ? <Time at={source.last_event_at} /> : t('sources.never')}
          </Fact>
          <Fact name={t('column.created')}>
            <Time at={source.created_at} />
          </Fact>
        </Facts>
      </div>
      {dialog === 'rename' && <SourceDialog source={source} onClose={close} />}
      {dialog === 'delete' && <DeleteDialog source={source} onClose={close} />}
    </>
  )
}

const day = 86_400_000

/** What keeps a source: the server decides by the same two things. */
function useDependents(source: Source): Dependent[] {
  const { t } = useTranslation()
  const found: Dependent[] = []
  const door = doors.apiKeys({ source: source.key, state: 'live' })
  if (source.live_keys > 0) found.push({ name: t('sources.has_keys', { count: source.live_keys }), door })
  const last = source.last_event_at
  if (last && Date.now() - new Date(last).getTime() < day) {
    found.push({ name: t('sources.has_events'), door: doors.eventsOf(source.key) })
  }
  return found
}

function DeleteDialog({ source, onClose }: { source: Source; onClose: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const remove = useDeleteSource()
  const confirm = () =>
    remove.mutate(source.key, {
      onError: (error) => sayFailed(error, t),
      onSuccess: () => {
        sayDone(t('sources.deleted', { name: source.name }))
        void navigate({ to: '/settings/sources' })
      },
    })
  return (
    <ConfirmDelete
      title={t('sources.delete_title')}
      name={source.name}
      text={t('sources.delete_text')}
      dependents={useDependents(source)}
      blocked
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={confirm}
    />
  )
}
