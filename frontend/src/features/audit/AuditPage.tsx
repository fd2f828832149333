import { Button } from '@mantine/core'
import { IconFileDownload, IconHistory, IconShieldCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { PickFilter } from '../../components/filters/PickFilter'
import { SearchFilter } from '../../components/filters/SearchFilter'
import { TimeFilter } from '../../components/filters/TimeFilter'
import type { RowKind } from '../../components/list/column'
import { ListPage } from '../../components/list/ListPage'
import { sayDone, sayFailed } from '../../lib/notify'
import { useSearchWords } from '../../lib/use-search'
import { type AuditRecord, auditFilterOf, auditList, exportAddress, verifyQuery } from './api'
import { useColumns } from './use-columns'

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
