import { IconTimeline } from '@tabler/icons-react'
import { useParams } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { ChoiceFilter } from '../../components/filters/ChoiceFilter'
import { ListPage } from '../../components/list/ListPage'
import { PersonTabs } from '../../components/PersonTabs'
import { activityKinds } from '../../lib/activity-words'
import { usePersonTitle } from '../../lib/person'
import { useSearchWords } from '../../lib/use-search'
import { isOneOf } from '../../lib/words'
import { activityList } from './api'
import { useActivityList } from './use-activity-list'

/** All that happened with one person, newest first. */
export function ActivityPage() {
  const { t } = useTranslation()
  const { id } = useParams({ strict: false }) as { id: string }
  const [search] = useSearchWords()
  const kinds = search.kind ?? ''
  const source = useMemo(() => activityList(id, kindsOf(kinds)), [id, kinds])
  return (
    <ListPage
      title={usePersonTitle(id)}
      intro={t('activity.intro')}
      caption={t('activity.caption')}
      source={source}
      {...useActivityList(id)}
      filters={<Kinds />}
      tabs={<PersonTabs id={id} of="activity" />}
      nothing={{
        icon: IconTimeline,
        title: t('activity.empty'),
        text: t('activity.empty_text'),
        noMatch: t('activity.none_match'),
      }}
    />
  )
}

const kindsOf = (text: string) => text.split(',').filter((each) => isOneOf(activityKinds, each))

function Kinds() {
  const { t } = useTranslation()
  const [search, setSearch] = useSearchWords()
  return (
    <ChoiceFilter
      name={t('activity.kind')}
      choices={activityKinds}
      nameOf={(kind) => t(`activity_kind.${kind}`)}
      chosen={kindsOf(search.kind ?? '')}
      onChange={(kinds) => setSearch({ ...search, kind: kinds.join(',') })}
    />
  )
}
