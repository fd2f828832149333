import { IconBolt } from '@tabler/icons-react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { PickFilter } from '../../components/filters/PickFilter'
import { SearchFilter } from '../../components/filters/SearchFilter'
import { ListPage } from '../../components/list/ListPage'
import { useSearchWords } from '../../lib/use-search'
import { eventStatuses } from '../../lib/words'
import { eventList } from './api'
import { EventTypes } from './EventTypes'
import { eventFilterOf } from './event-filter'
import { useEventList } from './use-event-list'

export function EventsPage() {
  const { t } = useTranslation()
  const [search] = useSearchWords()
  const source = useMemo(() => eventList(eventFilterOf(search)), [search])
  return (
    <ListPage
      title={t('events.title')}
      caption={t('events.caption')}
      source={source}
      {...useEventList()}
      filters={
        <>
          <SearchFilter placeholder={t('events.search_placeholder')} />
          <PickFilter
            word="status"
            label={t('filter.status')}
            any={t('filter.any_status')}
            choices={eventStatuses.map((status) => ({ value: status, label: t(`event_status.${status}`) }))}
          />
        </>
      }
      nothing={{
        icon: IconBolt,
        title: t('events.empty'),
        text: t('events.empty_text'),
        noMatch: t('events.none_match'),
        noMatchText: t('events.none_match_text'),
      }}
    >
      <EventTypes />
    </ListPage>
  )
}
