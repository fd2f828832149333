import { IconEraser } from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { ChannelIcons } from '../../components/ChannelLabel'
import { Chip } from '../../components/Chip'
import type { Column, RowKind } from '../../components/list/column'
import { Time } from '../../components/Time'
import { doors } from '../../lib/doors'
import { languageName, personName } from '../../lib/names'
import { channels } from '../../lib/words'
import type { Recipient } from './api'

const kind: RowKind<Recipient> = { id: (row) => row.id, door: (row) => doors.recipient(row.id) }

/** How a list of recipients looks. */
export function useRecipientList(): { columns: Column<Recipient>[]; kind: RowKind<Recipient> } {
  const { t, i18n } = useTranslation()
  return useMemo(() => ({ columns: columnsOf(t, i18n.language), kind }), [t, i18n.language])
}

const addressOf = (row: Recipient, channel: string) => row.addresses.find((each) => each.channel === channel)?.address

function columnsOf(t: TFunction, language: string): Column<Recipient>[] {
  return [
    {
      key: 'name',
      name: t('column.name'),
      lead: true,
      cell: (row) => personName(row, addressOf(row, 'email')),
      csv: (row) => row.name,
    },
    { key: 'id', name: t('column.id'), dim: true, cell: (row) => <code>{row.id}</code>, csv: (row) => row.id },
    {
      key: 'email',
      name: t('channel.email'),
      cell: (row) => addressOf(row, 'email'),
      csv: (row) => addressOf(row, 'email'),
    },
    {
      key: 'phone',
      name: t('channel.sms'),
      width: 150,
      cell: (row) => addressOf(row, 'sms'),
      csv: (row) => addressOf(row, 'sms'),
    },
    {
      key: 'channels',
      name: t('recipients.channels'),
      width: 150,
      dim: true,
      cell: (row) =>
        row.erased_at ? (
          <Chip tone="calm" icon={IconEraser}>
            {t('recipients.erased')}
          </Chip>
        ) : (
          <ChannelIcons channels={channels.filter((each) => row.addresses.some(({ channel }) => channel === each))} />
        ),
      csv: (row) => [...new Set(row.addresses.map(({ channel }) => channel))].join(' '),
    },
    {
      key: 'locale',
      name: t('recipients.locale'),
      width: 150,
      dim: true,
      cell: (row) => languageName(row.locale, language),
      csv: (row) => row.locale,
    },
    { key: 'timezone', name: t('recipients.timezone'), fileOnly: true, csv: (row) => row.timezone },
    {
      key: 'updated',
      name: t('recipients.updated'),
      width: 130,
      right: true,
      dim: true,
      above: true,
      cell: (row) => <Time at={row.updated_at} />,
      csv: (row) => row.updated_at,
    },
  ]
}
