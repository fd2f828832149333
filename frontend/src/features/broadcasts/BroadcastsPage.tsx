import { Button } from '@mantine/core'
import { IconPlus, IconSpeakerphone } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Door } from '../../components/Door'
import { KeyChip } from '../../components/filters/KeyChip'
import { PickFilter } from '../../components/filters/PickFilter'
import { SearchFilter } from '../../components/filters/SearchFilter'
import type { Column, RowKind } from '../../components/list/column'
import { ListPage } from '../../components/list/ListPage'
import { Time } from '../../components/Time'
import { doors } from '../../lib/doors'
import { useMe, usePermission } from '../../lib/session'
import { useSearchWords } from '../../lib/use-search'
import { isOneOf } from '../../lib/words'
import { type Broadcast, broadcastList, type Filter, states } from './api'
import { StateChip } from './StateChip'

const kind: RowKind<Broadcast> = { id: (row) => row.id, door: (row) => doors.broadcast(row.id) }

const columnsOf = (t: TFunction): Column<Broadcast>[] => [
  {
    key: 'state',
    name: t('column.status'),
    width: 170,
    cell: (row) => <StateChip state={row.state} />,
    csv: (row) => row.state,
  },
  { key: 'name', name: t('broadcasts.name'), lead: true, cell: (row) => row.name, csv: (row) => row.name },
  {
    key: 'people',
    name: t('broadcasts.people'),
    width: 110,
    right: true,
    cell: (row) => row.people > 0 && <Door door={doors.broadcastPeople(row.id)}>{row.people.toLocaleString()}</Door>,
    csv: (row) => row.people,
  },
  { key: 'by', name: t('broadcasts.by'), dim: true, cell: (row) => row.created_by, csv: (row) => row.created_by },
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

/** Messages to many people, from draft to done. */
export function BroadcastsPage() {
  const { t } = useTranslation()
  const [search] = useSearchWords()
  const { q, author, group, segment } = search
  const me = useMe()?.member.id ?? ''
  const state = search.state && isOneOf(states, search.state) ? search.state : undefined
  const source = useMemo(() => {
    const filter: Filter = {}
    for (const [word, value] of Object.entries({ q, state, author, group, segment })) {
      if (value) filter[word as keyof Filter] = value
    }
    return broadcastList(filter)
  }, [q, state, author, group, segment])
  const columns = useMemo(() => columnsOf(t), [t])
  const create = usePermission('notifications:write') && (
    <Button component={Link} to="/broadcasts/new" leftSection={<IconPlus size={14} aria-hidden />}>
      {t('broadcasts.new')}
    </Button>
  )
  return (
    <ListPage
      title={t('broadcasts.title')}
      intro={t('broadcasts.intro')}
      caption={t('broadcasts.caption')}
      source={source}
      columns={columns}
      kind={kind}
      filters={
        <>
          <SearchFilter placeholder={t('broadcasts.search')} />
          <PickFilter
            word="state"
            label={t('filter.status')}
            any={t('broadcasts.any_state')}
            choices={states.map((value) => ({ value, label: t(`broadcasts.state_${value}`) }))}
          />
          <PickFilter
            word="author"
            label={t('broadcasts.by')}
            any={t('broadcasts.any_author')}
            choices={[
              { value: me, label: t('broadcasts.by_me') },
              ...(author && author !== me ? [{ value: author, label: author }] : []),
            ]}
          />
          <KeyChip word="segment" />
          <KeyChip word="group" />
        </>
      }
      actions={create}
      nothing={{
        icon: IconSpeakerphone,
        title: t('broadcasts.empty'),
        text: t('broadcasts.empty_text'),
        next: create,
        noMatch: t('broadcasts.none_match'),
      }}
    />
  )
}
