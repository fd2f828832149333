import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Door } from '../../components/Door'
import type { Column, RowKind } from '../../components/list/column'
import { Time } from '../../components/Time'
import { doors } from '../../lib/doors'
import type { Consent } from './api'
import { changeText } from './changes'

const kind: RowKind<Consent> = { id: (row) => row.id, door: (row) => doors.consent(row.place) }

/** How the consent log looks as a list. */
export function useConsentList(): { columns: Column<Consent>[]; kind: RowKind<Consent> } {
  const { t } = useTranslation()
  return useMemo(() => ({ columns: columnsOf(t), kind }), [t])
}

/** What it was about, in one line. */
function aboutOf(row: Consent, t: TFunction): string {
  if (row.erased) return t('consents.erased')
  const places = [row.channel, row.category, row.address].filter(Boolean)
  return [places.join(' · '), ...(row.changes ?? []).map(changeText), row.wording && `“${row.wording}”`]
    .filter(Boolean)
    .join(' · ')
}

function columnsOf(t: TFunction): Column<Consent>[] {
  return [
    {
      key: 'place',
      name: t('consents.place'),
      width: 80,
      right: true,
      dim: true,
      cell: ({ place }) => place,
      csv: ({ place }) => place,
    },
    {
      key: 'kind',
      name: t('consents.kind'),
      width: 200,
      lead: true,
      cell: (row) => t(`consent_kind.${row.kind}`),
      csv: (row) => row.kind,
    },
    {
      key: 'about',
      name: t('consents.about'),
      dim: true,
      cell: (row) => aboutOf(row, t),
      csv: (row) => aboutOf(row, t),
    },
    {
      key: 'recipient',
      name: t('column.recipient'),
      width: 160,
      above: true,
      cell: (row) => row.recipient && <Door door={doors.recipient(row.recipient)}>{row.recipient}</Door>,
      csv: (row) => row.recipient,
    },
    {
      key: 'source',
      name: t('consents.source'),
      width: 150,
      cell: (row) => t(`consent_source.${row.source}`),
      csv: (row) => row.source,
    },
    {
      key: 'actor',
      name: t('consents.actor'),
      width: 140,
      dim: true,
      wide: true,
      cell: (row) => row.actor_name || row.actor,
      csv: (row) => row.actor_name || row.actor,
    },
    { key: 'message', name: t('consents.message'), fileOnly: true, csv: (row) => row.message_id },
    {
      key: 'at',
      name: t('column.created'),
      width: 130,
      right: true,
      dim: true,
      above: true,
      cell: (row) => <Time at={row.at} />,
      csv: (row) => row.at,
    },
  ]
}
