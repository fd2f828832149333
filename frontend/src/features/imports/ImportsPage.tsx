import { Button } from '@mantine/core'
import { IconFileUpload } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Column, RowKind } from '../../components/list/column'
import { ListPage } from '../../components/list/ListPage'
import { RecipientTabs } from '../../components/RecipientTabs'
import { Time } from '../../components/Time'
import { doors } from '../../lib/doors'
import { type Import, importList } from '../../lib/imports'
import { usePermission } from '../../lib/session'
import { StateChip } from './StateChip'
import { UploadDialog } from './UploadDialog'

const kind: RowKind<Import> = { id: (row) => row.id, door: (row) => doors.recipientImport(row.id) }
const source = importList()

/** The files of recipients that came in. */
export function ImportsPage() {
  const { t } = useTranslation()
  const columns = useMemo(() => columnsOf(t), [t])
  const [choosing, setChoosing] = useState(false)
  const navigate = useNavigate()
  const begin = usePermission('recipients:write') && (
    <Button leftSection={<IconFileUpload size={14} aria-hidden />} onClick={() => setChoosing(true)}>
      {t('imports.new')}
    </Button>
  )
  return (
    <>
      <ListPage
        title={t('recipients.title')}
        intro={t('imports.intro')}
        caption={t('imports.caption')}
        source={source}
        columns={columns}
        kind={kind}
        tabs={<RecipientTabs of="imports" />}
        actions={begin}
        nothing={{
          icon: IconFileUpload,
          title: t('imports.empty'),
          text: t('imports.empty_text'),
          next: begin,
          noMatch: t('imports.empty'),
        }}
      />
      {choosing && (
        <UploadDialog
          onClose={() => setChoosing(false)}
          onUploaded={(id) => void navigate({ to: doors.recipientImport(id).to })}
        />
      )}
    </>
  )
}

const columnsOf = (t: TFunction): Column<Import>[] => [
  { key: 'name', name: t('imports.file'), lead: true, cell: (row) => row.name, csv: (row) => row.name },
  {
    key: 'state',
    name: t('column.status'),
    width: 150,
    cell: (row) => <StateChip state={row.state} />,
    csv: (row) => row.state,
  },
  number('rows', t('imports.rows')),
  number('faulty', t('imports.faulty')),
  number('stored', t('imports.stored')),
  { key: 'by', name: t('imports.by'), dim: true, cell: (row) => row.created_by, csv: (row) => row.created_by },
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

function number(key: 'rows' | 'faulty' | 'stored', name: string): Column<Import> {
  return { key, name, width: 100, right: true, cell: (row) => row[key].toLocaleString(), csv: (row) => row[key] }
}
