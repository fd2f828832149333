import { Button } from '@mantine/core'
import { IconFilter, IconPlus } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { KeyChip } from '../../components/filters/KeyChip'
import { SearchFilter } from '../../components/filters/SearchFilter'
import type { Column, RowKind } from '../../components/list/column'
import { ListPage } from '../../components/list/ListPage'
import { Time } from '../../components/Time'
import { doors } from '../../lib/doors'
import { usePermission } from '../../lib/session'
import { useSearchWords } from '../../lib/use-search'
import { type Segment, segmentList } from './api'

const kind: RowKind<Segment> = { id: (row) => row.key, door: (row) => doors.segment(row.key) }

const columnsOf = (t: TFunction): Column<Segment>[] => [
  { key: 'name', name: t('column.name'), lead: true, cell: (row) => row.name, csv: (row) => row.name },
  { key: 'key', name: t('column.key'), dim: true, cell: (row) => <code>{row.key}</code>, csv: (row) => row.key },
  {
    key: 'description',
    name: t('segments.description'),
    dim: true,
    cell: (row) => row.description,
    csv: (row) => row.description,
  },
  {
    key: 'members',
    name: t('segments.members'),
    width: 120,
    right: true,
    cell: (row) => row.members?.toLocaleString(),
    csv: (row) => row.members ?? '',
  },
  {
    key: 'counted',
    name: t('segments.counted'),
    width: 130,
    right: true,
    dim: true,
    above: true,
    cell: (row) => row.counted_at && <Time at={row.counted_at} />,
    csv: (row) => row.counted_at ?? '',
  },
]

/** Rules about recipients that events can name. */
export function SegmentsPage() {
  const { t } = useTranslation()
  const [search] = useSearchWords()
  const { q, group } = search
  const source = useMemo(() => segmentList({ ...(q ? { q } : {}), ...(group ? { group } : {}) }), [q, group])
  const columns = useMemo(() => columnsOf(t), [t])
  const create = usePermission('recipients:write') && (
    <Button component={Link} to="/segments/new" leftSection={<IconPlus size={14} aria-hidden />}>
      {t('segments.new')}
    </Button>
  )
  return (
    <ListPage
      title={t('segments.title')}
      intro={t('segments.intro')}
      caption={t('segments.caption')}
      source={source}
      columns={columns}
      kind={kind}
      filters={
        <>
          <SearchFilter placeholder={t('groups.search_placeholder')} />
          <KeyChip word="group" />
        </>
      }
      actions={create}
      nothing={{
        icon: IconFilter,
        title: t('segments.empty'),
        text: t('segments.empty_text'),
        next: create,
        noMatch: t('segments.none_match'),
      }}
    />
  )
}
