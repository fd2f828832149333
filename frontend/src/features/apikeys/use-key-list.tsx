import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Door } from '../../components/Door'
import type { Column, RowKind } from '../../components/list/column'
import { Time } from '../../components/Time'
import { doors } from '../../lib/doors'
import type { ApiKey } from './api'
import { KeyStateChip, stateOf } from './key-state'

const kind: RowKind<ApiKey> = { id: (row) => row.id, door: (row) => doors.apiKey(row.id) }

/** How a list of API keys looks. */
export function useKeyList(): { columns: Column<ApiKey>[]; kind: RowKind<ApiKey> } {
  const { t } = useTranslation()
  return useMemo(() => ({ columns: columnsOf(t), kind }), [t])
}

function columnsOf(t: TFunction): Column<ApiKey>[] {
  return [
    {
      key: 'state',
      name: t('column.status'),
      width: 118,
      cell: (row) => <KeyStateChip of={row} />,
      csv: (row) => stateOf(row),
    },
    { key: 'name', name: t('column.name'), lead: true, cell: (row) => row.name, csv: (row) => row.name },
    {
      key: 'prefix',
      name: t('apikeys.prefix'),
      width: 120,
      dim: true,
      cell: (row) => <code>{row.prefix}…</code>,
      csv: (row) => row.prefix,
    },
    {
      key: 'source',
      name: t('column.source'),
      width: 120,
      above: true,
      cell: (row) => <Door door={doors.source(row.source)}>{row.source}</Door>,
      csv: (row) => row.source,
    },
    {
      key: 'scopes',
      name: t('apikeys.scopes'),
      dim: true,
      cell: (row) => row.scopes.map((scope) => t(`scope.${scope}`)).join(', '),
      csv: (row) => row.scopes.join(' '),
    },
    {
      key: 'used',
      name: t('apikeys.last_used'),
      width: 130,
      right: true,
      dim: true,
      above: true,
      cell: (row) => (row.last_used_at ? <Time at={row.last_used_at} /> : t('apikeys.never_used')),
      csv: (row) => row.last_used_at,
    },
    {
      key: 'expires',
      name: t('apikeys.expires'),
      width: 120,
      right: true,
      dim: true,
      above: true,
      cell: (row) => (row.expires_at ? <Time at={row.expires_at} /> : t('apikeys.never')),
      csv: (row) => row.expires_at,
    },
    { key: 'id', name: t('column.id'), fileOnly: true, csv: (row) => row.id },
    { key: 'created', name: t('column.created'), fileOnly: true, csv: (row) => row.created_at },
  ]
}
