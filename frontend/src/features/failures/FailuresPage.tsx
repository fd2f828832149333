import { IconCircleCheck } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { MessageFilters } from '../../components/filters/MessageFilters'
import { ListPage } from '../../components/list/ListPage'
import { useMessageList } from '../../components/MessageTable'
import { usePolling } from '../../lib/live'
import { messageFilterOf } from '../../lib/message-filter'
import { useSearchWords } from '../../lib/use-search'
import { useSelection } from '../../lib/use-selection'
import { causesQuery, failureList } from './api'
import { Causes } from './Causes'
import { Repair } from './Repair'

/** The statuses a dead letter can have. */
const dead = ['failed', 'unknown'] as const

export function FailuresPage() {
  const { t } = useTranslation()
  const [search] = useSearchWords()
  const filter = useMemo(() => messageFilterOf(search), [search])
  const source = useMemo(() => failureList(filter), [filter])
  const causes = useQuery({
    ...causesQuery(filter),
    placeholderData: keepPreviousData,
    refetchInterval: usePolling(),
  })
  const selection = useSelection()
  return (
    <ListPage
      title={t('failures.title')}
      intro={t('failures.intro')}
      caption={t('failures.list')}
      source={source}
      {...useMessageList()}
      filters={<MessageFilters statuses={dead} />}
      selection={selection}
      bulk={<Repair filter={filter} selected={[...selection.ids]} onDone={selection.clear} />}
      nothing={{
        icon: IconCircleCheck,
        title: t('failures.empty'),
        text: t('failures.empty_text'),
        noMatch: t('failures.none_match'),
        noMatchText: t('messages.none_match_text'),
      }}
    >
      {causes.data && causes.data.length > 0 && <Causes causes={causes.data} filter={filter} />}
    </ListPage>
  )
}
