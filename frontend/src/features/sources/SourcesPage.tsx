import { Button } from '@mantine/core'
import { IconPlugConnected, IconPlus } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { SearchFilter } from '../../components/filters/SearchFilter'
import { ListPage } from '../../components/list/ListPage'
import { doors } from '../../lib/doors'
import { usePermission } from '../../lib/session'
import { useSearchWords } from '../../lib/use-search'
import { sourceList } from './api'
import { SourceDialog } from './SourceDialog'
import { useSourceList } from './use-source-list'

/** The business systems that call Clarion. */
export function SourcesPage() {
  const { t } = useTranslation()
  const [search] = useSearchWords()
  const source = useMemo(() => sourceList(search.q ?? ''), [search.q])
  const [making, setMaking] = useState(false)
  const navigate = useNavigate()
  const create = usePermission('admin') && (
    <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setMaking(true)}>
      {t('sources.new')}
    </Button>
  )
  return (
    <>
      <ListPage
        title={t('sources.title')}
        intro={t('sources.intro')}
        caption={t('sources.caption')}
        source={source}
        {...useSourceList()}
        filters={<SearchFilter placeholder={t('sources.search_placeholder')} />}
        actions={create}
        nothing={{
          icon: IconPlugConnected,
          title: t('sources.empty'),
          text: t('sources.empty_text'),
          next: create,
          noMatch: t('sources.none_match'),
        }}
      />
      {making && (
        <SourceDialog onClose={() => setMaking(false)} onSaved={(key) => void navigate({ to: doors.source(key).to })} />
      )}
    </>
  )
}
