import { Button } from '@mantine/core'
import { IconPlus, IconRefresh } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Column, RowKind } from '../../components/list/column'
import { ListPage } from '../../components/list/ListPage'
import { RecipientTabs } from '../../components/RecipientTabs'
import { Time } from '../../components/Time'
import { doors } from '../../lib/doors'
import { usePermission } from '../../lib/session'
import { syncList } from './api'
import type { Sync } from './draft'
import { RunState } from './RunState'
import { whenWords } from './when'

const kind: RowKind<Sync> = { id: (row) => row.key, door: (row) => doors.sync(row.key) }
const source = syncList()

/** The other systems that recipients are kept in step with. */
export function SyncsPage() {
  const { t, i18n } = useTranslation()
  const columns = useMemo(() => columnsOf(t, i18n.language), [t, i18n.language])
  const create = usePermission('admin') && (
    <Button component={Link} to="/recipients/syncs/new" leftSection={<IconPlus size={14} aria-hidden />}>
      {t('syncs.new')}
    </Button>
  )
  return (
    <ListPage
      title={t('recipients.title')}
      intro={t('syncs.intro')}
      caption={t('syncs.caption')}
      source={source}
      columns={columns}
      kind={kind}
      tabs={<RecipientTabs of="syncs" />}
      actions={create}
      nothing={{
        icon: IconRefresh,
        title: t('syncs.empty'),
        text: t('syncs.empty_text'),
        next: create,
        noMatch: t('syncs.empty'),
      }}
    />
  )
}

const columnsOf = (t: TFunction, locale: string): Column<Sync>[] => [
  { key: 'name', name: t('column.name'), lead: true, cell: (row) => row.name, csv: (row) => row.name },
  { key: 'kind', name: t('syncs.from'), cell: (row) => t(`syncs.kind_${row.kind}`), csv: (row) => row.kind },
  {
    key: 'when',
    name: t('syncs.when'),
    dim: true,
    cell: (row) => whenWords(row, t, locale),
    csv: (row) => whenWords(row, t, locale),
  },
  {
    key: 'state',
    name: t('syncs.last_run'),
    width: 150,
    cell: (row) => row.last && <RunState state={row.last.state} />,
    csv: (row) => row.last?.state ?? '',
  },
  {
    key: 'upserted',
    name: t('syncs.count_upserted'),
    width: 130,
    right: true,
    cell: (row) => row.last?.upserted.toLocaleString(),
    csv: (row) => row.last?.upserted ?? '',
  },
  {
    key: 'ran',
    name: t('syncs.ran'),
    width: 130,
    right: true,
    dim: true,
    above: true,
    cell: (row) => row.last && <Time at={row.last.created_at} />,
    csv: (row) => row.last?.created_at ?? '',
  },
]
