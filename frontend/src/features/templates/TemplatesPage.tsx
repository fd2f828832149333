import { IconTemplate } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { ChannelLabel } from '../../components/ChannelLabel'
import { PickFilter } from '../../components/filters/PickFilter'
import { SearchFilter } from '../../components/filters/SearchFilter'
import type { Column, RowKind } from '../../components/list/column'
import { ListPage } from '../../components/list/ListPage'
import { StageChip } from '../../components/StageChip'
import { Time } from '../../components/Time'
import type { Schema } from '../../lib/api'
import { doors } from '../../lib/doors'
import { usePermission } from '../../lib/session'
import { useSearchWords } from '../../lib/use-search'
import { channels, stages } from '../../lib/words'
import { foldersQuery, templateFilterOf, templateList } from './api'
import { Kinds } from './Kinds'
import { NewTemplate } from './NewTemplate'
import classes from './TemplatesPage.module.css'

type Row = Schema['TemplateItem']

const kind: RowKind<Row> = { id: (row) => row.key, door: (row) => doors.template(row.key) }

export function TemplatesPage() {
  const { t } = useTranslation()
  const [search] = useSearchWords()
  const source = useMemo(() => templateList(templateFilterOf(search)), [search])
  const columns = useMemo(() => columnsOf(t), [t])
  const writes = usePermission('content:write')
  return (
    <ListPage
      title={t('templates.title')}
      caption={t('templates.caption')}
      source={source}
      columns={columns}
      kind={kind}
      filters={<Filters />}
      tabs={<Kinds kind="templates" />}
      actions={writes && <NewTemplate />}
      nothing={{
        icon: IconTemplate,
        title: t('templates.empty'),
        text: t('templates.empty_text'),
        noMatch: t('templates.none_match'),
      }}
    />
  )
}

function Filters() {
  const { t } = useTranslation()
  const folders = useQuery(foldersQuery).data ?? []
  return (
    <>
      <SearchFilter placeholder={t('templates.search')} />
      <PickFilter
        word="state"
        label={t('filter.status')}
        any={t('filter.any_status')}
        choices={stages.map((value) => ({ value, label: t(`stage.${value}`) }))}
      />
      <PickFilter
        word="channel"
        label={t('filter.channel')}
        any={t('filter.any_channel')}
        choices={channels.map((value) => ({ value, label: t(`channel.${value}`) }))}
      />
      {folders.length > 0 && (
        <PickFilter
          word="folder"
          label={t('templates.folder')}
          any={t('templates.any_folder')}
          choices={folders.map(({ path, count }) => ({ value: path, label: `${path} (${count})` }))}
        />
      )}
    </>
  )
}

function columnsOf(t: TFunction): Column<Row>[] {
  return [
    {
      key: 'state',
      name: t('column.status'),
      width: 124,
      cell: (row) => <StageChip stage={row.state} />,
      csv: (row) => row.state,
    },
    { key: 'name', name: t('field.name'), lead: true, cell: (row) => row.name, csv: (row) => row.name },
    { key: 'key', name: t('templates.key'), dim: true, cell: (row) => row.key, csv: (row) => row.key },
    { key: 'folder', name: t('templates.folder'), dim: true, cell: (row) => row.folder, csv: (row) => row.folder },
    {
      key: 'channels',
      name: t('templates.channels'),
      width: 190,
      cell: (row) => <Channels row={row} />,
      csv: (row) => row.channels.join(' '),
    },
    {
      key: 'languages',
      name: t('templates.languages'),
      width: 120,
      cell: (row) => <Languages row={row} />,
      csv: (row) => row.languages.map(({ locale }) => locale).join(' '),
    },
    {
      key: 'live',
      name: t('stage.live'),
      width: 64,
      right: true,
      cell: (row) => (row.live_version ? `v${row.live_version}` : '–'),
      csv: (row) => row.live_version,
    },
    {
      key: 'updated',
      name: t('templates.updated'),
      width: 130,
      right: true,
      dim: true,
      above: true,
      cell: (row) => <Time at={row.updated_at} />,
      csv: (row) => row.updated_at,
    },
  ]
}

function Channels({ row }: { row: Row }) {
  return (
    <span className={classes.channels}>
      {row.channels.map((channel) => (
        <span key={channel} className={classes.channel}>
          <ChannelLabel channel={channel} />
        </span>
      ))}
    </span>
  )
}

function Languages({ row }: { row: Row }) {
  const { t } = useTranslation()
  const complete = row.languages.filter((language) => language.complete).length
  const title = row.languages.map(({ locale }) => locale).join(', ')
  return <span title={title}>{t('templates.complete', { complete, all: row.languages.length })}</span>
}
