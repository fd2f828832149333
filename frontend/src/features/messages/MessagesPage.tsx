import { IconInbox } from '@tabler/icons-react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { MessageFilters } from '../../components/filters/MessageFilters'
import { ListPage } from '../../components/list/ListPage'
import { useMessageList } from '../../components/MessageTable'
import { messageFilterOf } from '../../lib/message-filter'
import { useSearchWords } from '../../lib/use-search'
import { statuses } from '../../lib/words'
import { messageList } from './api'

export function MessagesPage() {
  const { t } = useTranslation()
  const [search] = useSearchWords()
  const source = useMemo(() => messageList(messageFilterOf(search)), [search])
  return (
    <ListPage
      title={t('messages.title')}
      caption={t('messages.caption')}
      source={source}
      {...useMessageList()}
      filters={<MessageFilters statuses={statuses} />}
      nothing={{
        icon: IconInbox,
        title: t('messages.empty'),
        text: t('messages.empty_text'),
        noMatch: t('messages.none_match'),
        noMatchText: t('messages.none_match_text'),
      }}
    />
  )
}
