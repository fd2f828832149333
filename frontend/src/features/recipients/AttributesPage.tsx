import { IconAbc } from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Column, RowKind } from '../../components/list/column'
import { ListPage } from '../../components/list/ListPage'
import { RecipientTabs } from '../../components/RecipientTabs'
import { Time } from '../../components/Time'
import type { Schema } from '../../lib/api'
import { attributeList } from './api'

type Attribute = Schema['Attribute']

const kind: RowKind<Attribute> = { id: (row) => row.name }
const source = attributeList()

/** What the data of recipients holds. */
export function AttributesPage() {
  const { t } = useTranslation()
  const columns = useMemo(() => columnsOf(t), [t])
  return (
    <ListPage
      title={t('recipients.title')}
      intro={t('recipients.schema_intro')}
      caption={t('recipients.schema_caption')}
      source={source}
      columns={columns}
      kind={kind}
      tabs={<RecipientTabs of="attributes" />}
      nothing={{
        icon: IconAbc,
        title: t('recipients.schema_empty'),
        text: t('recipients.schema_empty_text'),
        noMatch: t('recipients.schema_empty'),
      }}
    />
  )
}

const columnsOf = (t: TFunction): Column<Attribute>[] => [
  {
    key: 'name',
    name: t('column.name'),
    lead: true,
    cell: (row) => <code>{row.name}</code>,
    csv: (row) => row.name,
  },
  {
    key: 'type',
    name: t('recipients.schema_type'),
    width: 140,
    cell: (row) => t(`recipients.kind_${row.type}`),
    csv: (row) => row.type,
  },
  {
    key: 'types',
    name: '',
    dim: true,
    cell: (row) =>
      row.types.length > 1 &&
      t('recipients.schema_also', {
        types: row.types.map((each) => t(`recipients.kind_${each as Attribute['type']}`)).join(', '),
      }),
  },
  {
    key: 'seen',
    name: t('recipients.schema_seen'),
    width: 150,
    right: true,
    dim: true,
    above: true,
    cell: (row) => <Time at={row.first_seen_at} />,
    csv: (row) => row.first_seen_at,
  },
]
