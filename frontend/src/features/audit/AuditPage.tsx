import { Button } from '@mantine/core'
import { IconFileDownload, IconHistory, IconShieldCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { PickFilter } from '../../components/filters/PickFilter'
import { SearchFilter } from '../../components/filters/SearchFilter'
import { TimeFilter } from '../../components/filters/TimeFilter'
import { shortId } from '../../components/Id'
import type { Column, RowKind } from '../../components/list/column'
import { ListPage } from '../../components/list/ListPage'
import { Time } from '../../components/Time'
import { sayDone, sayFailed } from '../../lib/notify'
import { useSearchWords } from '../../lib/use-search'
import classes from './AuditPage.module.css'
import { actionWords } from './action-words'
import { type AuditRecord, auditFilterOf, auditList, exportAddress, verifyQuery } from './api'

const actorKinds = ['member', 'api_key', 'house'] as const
const kind: RowKind<AuditRecord> = {
  id: (record) => record.id,
  door: (record) => ({ to: `/settings/audit/${encodeURIComponent(record.id)}` }),
  label: (record) => `${record.actor.name}: ${record.action} ${record.target.id}`,
}

export function AuditPage() {
  const { t } = useTranslation()
  const [search, setSearch] = useSearchWords()
  const filter = useMemo(() => auditFilterOf(search), [search])
  const source = useMemo(() => auditList(filter), [filter])
  return (
    <ListPage
      title={t('audit.title')}
      intro={t('audit.intro')}
      caption={t('audit.caption')}
      source={source}
      kind={kind}
      columns={useColumns()}
      actions={
        <>
          <Button
            variant="default"
            component="a"
            href={exportAddress(filter)}
            download
            leftSection={<IconFileDownload size={15} aria-hidden />}
          >
            {t('audit.export')}
          </Button>
          <Verify />
        </>
      }
      filters={
        <>
          <SearchFilter placeholder={t('audit.search_placeholder')} />
          <PickFilter
            word="actor"
            label={t('audit.actor')}
            any={t('audit.any_actor')}
            choices={actorKinds.map((value) => ({ value, label: t(`audit.actor_${value}`) }))}
          />
          <TimeFilter
            from={filter.from}
            to={filter.to}
            onChange={(from, to) => setSearch({ ...search, from: from ?? '', to: to ?? '' })}
          />
        </>
      }
      nothing={{
        icon: IconHistory,
        title: t('audit.empty'),
        text: t('audit.empty_text'),
        noMatch: t('audit.none_match'),
      }}
    />
  )
}

function useColumns(): Column<AuditRecord>[] {
  const { t } = useTranslation()
  return useMemo(
    () => [
      {
        key: 'action',
        name: t('audit.action'),
        lead: true,
        cell: (record) => (
          <>
            {actionWords(record.action, t)} <code className={classes.action}>{record.action}</code>
          </>
        ),
        csv: (record) => record.action,
      },
      {
        key: 'target',
        name: t('audit.target'),
        width: 220,
        cell: (record) => <span title={record.target.id}>{shortId(record.target.id)}</span>,
        csv: (record) => record.target.id,
      },
      {
        key: 'actor',
        name: t('audit.actor'),
        width: 150,
        cell: (record) => record.actor.name,
        csv: (record) => record.actor.name,
      },
      {
        key: 'ip',
        name: t('audit.ip'),
        width: 140,
        dim: true,
        cell: (record) => record.ip,
        csv: (record) => record.ip,
      },
      {
        key: 'at',
        name: t('audit.at'),
        width: 140,
        right: true,
        dim: true,
        above: true,
        cell: (record) => <Time at={record.at} />,
        csv: (record) => record.at,
      },
    ],
    [t],
  )
}

/** Asks the server to check every seal of the log. */
function Verify() {
  const { t } = useTranslation()
  const query = useQuery(verifyQuery)
  const verify = async () => {
    const { data, error } = await query.refetch()
    if (error) sayFailed(error, t)
    else if (data?.intact) sayDone(t('audit.intact', { count: data.checked }))
    else sayFailed(new Error(t('audit.broken', { id: data?.broken_at ?? '' })), t)
  }
  return (
    <Button
      variant="default"
      loading={query.isFetching}
      leftSection={<IconShieldCheck size={15} aria-hidden />}
      onClick={() => void verify()}
    >
      {t('audit.verify')}
    </Button>
  )
}
