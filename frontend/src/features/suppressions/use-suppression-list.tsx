import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { ChannelLabel } from '../../components/ChannelLabel'
import { Door } from '../../components/Door'
import type { Column, RowKind } from '../../components/list/column'
import { Time } from '../../components/Time'
import { doors } from '../../lib/doors'
import { isOneOf, suppressionScopes } from '../../lib/words'
import type { Suppression } from './api'

const kind: RowKind<Suppression> = { id: (row) => row.id, door: (row) => doors.suppression(row.id) }

/** How a list of suppressions looks. */
export function useSuppressionList(ended: boolean): { columns: Column<Suppression>[]; kind: RowKind<Suppression> } {
  const { t } = useTranslation()
  return useMemo(() => ({ columns: [...columnsOf(t), ...(ended ? endOf(t) : stillOf(t))], kind }), [t, ended])
}

/** What a scope is called. */
export function scopeWords(scope: string, t: TFunction): string {
  const [kind, key] = [scope.split(':', 1)[0] ?? '', scope.slice(scope.indexOf(':') + 1)]
  if (!isOneOf(suppressionScopes, kind)) return scope
  return key === scope
    ? t(`suppression_scope.${kind}`)
    : t('suppressions.scope_of', { kind: t(`suppression_scope.${kind}`), key })
}

function endOf(t: TFunction): Column<Suppression>[] {
  return [
    {
      key: 'how',
      name: t('suppressions.how'),
      width: 130,
      cell: ({ ending }) => ending && t(`suppression_end.${ending.how}`),
      csv: ({ ending }) => ending?.how,
    },
    {
      key: 'why',
      name: t('suppressions.why'),
      dim: true,
      cell: ({ ending }) => ending?.why,
      csv: ({ ending }) => ending?.why,
    },
    {
      key: 'by',
      name: t('suppressions.by'),
      width: 140,
      dim: true,
      cell: ({ ending }) => ending?.by,
      csv: ({ ending }) => ending?.by,
    },
    {
      key: 'ended_at',
      name: t('suppressions.ended_at'),
      width: 130,
      right: true,
      dim: true,
      above: true,
      cell: ({ ending }) => ending && <Time at={ending.at} />,
      csv: ({ ending }) => ending?.at,
    },
  ]
}

function columnsOf(t: TFunction): Column<Suppression>[] {
  return [
    {
      key: 'address',
      name: t('column.address'),
      lead: true,
      cell: (row) => row.address,
      csv: (row) => row.address,
    },
    {
      key: 'channel',
      name: t('column.channel'),
      width: 104,
      cell: (row) => <ChannelLabel channel={row.channel} />,
      csv: (row) => row.channel,
    },
    {
      key: 'reason',
      name: t('suppressions.reason'),
      width: 104,
      cell: (row) => t(`suppression_reason.${row.reason}`),
      csv: (row) => row.reason,
    },
    {
      key: 'scope',
      name: t('suppressions.scope'),
      width: 124,
      cell: (row) => scopeWords(row.scope, t),
      csv: (row) => row.scope,
    },
    {
      key: 'detail',
      name: t('suppressions.detail'),
      width: 150,
      dim: true,
      cell: (row) => row.detail,
      csv: (row) => row.detail,
    },
    {
      key: 'recipient',
      name: t('column.recipient'),
      width: 130,
      above: true,
      cell: (row) => row.recipient_id && <Door door={doors.recipient(row.recipient_id)}>{row.recipient_id}</Door>,
      csv: (row) => row.recipient_id,
    },
  ]
}

function stillOf(t: TFunction): Column<Suppression>[] {
  return [
    {
      key: 'until',
      name: t('suppressions.until'),
      width: 100,
      right: true,
      dim: true,
      above: true,
      cell: (row) => (row.expires_at ? <Time at={row.expires_at} /> : t('suppressions.for_good')),
      csv: (row) => row.expires_at,
    },
    {
      key: 'created',
      name: t('column.created'),
      width: 110,
      wide: true,
      right: true,
      dim: true,
      above: true,
      cell: (row) => <Time at={row.created_at} />,
      csv: (row) => row.created_at,
    },
  ]
}
