import { Button, Group as Row } from '@mantine/core'
import { IconUserMinus, IconUsers } from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { SearchFilter } from '../../components/filters/SearchFilter'
import type { Column, RowKind } from '../../components/list/column'
import { FilterBar } from '../../components/list/FilterBar'
import { ListCard } from '../../components/list/ListCard'
import { sayDoneWithUndo } from '../../components/undo'
import type { Schema } from '../../lib/api'
import { doors } from '../../lib/doors'
import { addressText } from '../../lib/names'
import { sayFailed } from '../../lib/notify'
import { usePermission } from '../../lib/session'
import { useSearchWords } from '../../lib/use-search'
import { type Selection, useSelection } from '../../lib/use-selection'
import { type Group, memberList, useAddMembers, useRemoveMembers } from './api'

type Recipient = Schema['Recipient']

const kind: RowKind<Recipient> = { id: (row) => row.id, door: (row) => doors.recipient(row.id) }

const columnsOf = (t: TFunction): Column<Recipient>[] => [
  { key: 'name', name: t('column.name'), lead: true, cell: (row) => row.name || row.id },
  { key: 'id', name: t('column.id'), dim: true, cell: (row) => <code>{row.id}</code> },
  {
    key: 'addresses',
    name: t('recipients.addresses'),
    dim: true,
    cell: (row) => row.addresses.map(({ address }) => addressText(address)).join(', '),
  },
]

/** Who is in a group, and taking people off it. */
export function Members({ group }: { group: Group }) {
  const { t } = useTranslation()
  const [search] = useSearchWords()
  const source = useMemo(() => memberList(group.key, search.q), [group.key, search.q])
  const columns = useMemo(() => columnsOf(t), [t])
  const selection = useSelection()
  const mayWrite = usePermission('recipients:write')
  return (
    <>
      <FilterBar>
        <SearchFilter placeholder={t('recipients.search_placeholder')} />
      </FilterBar>
      <ListCard
        caption={t('groups.members')}
        source={source}
        columns={columns}
        kind={kind}
        {...(mayWrite ? { selection, bulk: <Removal group={group} selection={selection} /> } : {})}
        nothing={{
          icon: IconUsers,
          title: t('groups.no_members'),
          text: t('groups.no_members_text'),
          noMatch: t('groups.no_member_matches'),
        }}
      />
    </>
  )
}

function Removal({ group, selection }: { group: Group; selection: Selection }) {
  const { t } = useTranslation()
  const remove = useRemoveMembers(group.key)
  const add = useAddMembers(group.key)
  const ids = [...selection.ids]
  if (ids.length === 0) return null
  const failed = (error: Error) => sayFailed(error, t)
  const submit = () =>
    remove.mutate(ids, {
      onError: failed,
      onSuccess: () => {
        selection.clear()
        sayDoneWithUndo(t('groups.removed', { count: ids.length }), t, () => add.mutate(ids, { onError: failed }))
      },
    })
  return (
    <Row gap={10} p="8px 14px">
      <Button
        variant="default"
        leftSection={<IconUserMinus size={14} aria-hidden />}
        loading={remove.isPending}
        onClick={submit}
      >
        {t('groups.remove', { count: ids.length })}
      </Button>
    </Row>
  )
}
