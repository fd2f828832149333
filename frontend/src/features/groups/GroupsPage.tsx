import { Button } from '@mantine/core'
import { IconPlus, IconUsersGroup } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { SearchFilter } from '../../components/filters/SearchFilter'
import type { Column, RowKind } from '../../components/list/column'
import { ListPage } from '../../components/list/ListPage'
import { Time } from '../../components/Time'
import { doors } from '../../lib/doors'
import { usePermission } from '../../lib/session'
import { useSearchWords } from '../../lib/use-search'
import { type Group, groupList } from './api'
import { GroupDialog } from './GroupDialog'

const kind: RowKind<Group> = { id: (row) => row.key, door: (row) => doors.group(row.key) }

const columnsOf = (t: TFunction): Column<Group>[] => [
  { key: 'name', name: t('column.name'), lead: true, cell: (row) => row.name, csv: (row) => row.name },
  { key: 'key', name: t('column.key'), dim: true, cell: (row) => <code>{row.key}</code>, csv: (row) => row.key },
  {
    key: 'members',
    name: t('groups.members'),
    width: 120,
    right: true,
    cell: (row) => row.members.toLocaleString(),
    csv: (row) => row.members,
  },
  {
    key: 'created',
    name: t('column.created'),
    width: 130,
    right: true,
    dim: true,
    above: true,
    cell: (row) => <Time at={row.created_at} />,
    csv: (row) => row.created_at,
  },
]

/** Lists of recipients that an event can be sent to. */
export function GroupsPage() {
  const { t } = useTranslation()
  const [search] = useSearchWords()
  const source = useMemo(() => groupList(search.q ? { q: search.q } : {}), [search.q])
  const columns = useMemo(() => columnsOf(t), [t])
  const [making, setMaking] = useState(false)
  const mayWrite = usePermission('recipients:write')
  const navigate = useNavigate()
  const create = mayWrite && (
    <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setMaking(true)}>
      {t('groups.new')}
    </Button>
  )
  return (
    <>
      <ListPage
        title={t('groups.title')}
        intro={t('groups.intro')}
        caption={t('groups.caption')}
        source={source}
        columns={columns}
        kind={kind}
        filters={<SearchFilter placeholder={t('groups.search_placeholder')} />}
        actions={create}
        nothing={{
          icon: IconUsersGroup,
          title: t('groups.empty'),
          text: t('groups.empty_text'),
          next: create,
          noMatch: t('groups.none_match'),
        }}
      />
      {making && (
        <GroupDialog
          onClose={() => setMaking(false)}
          onSaved={(group) => void navigate({ to: doors.group(group.key).to })}
        />
      )}
    </>
  )
}
