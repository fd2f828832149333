import { IconSignature } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { PickFilter } from '../../components/filters/PickFilter'
import { SearchFilter } from '../../components/filters/SearchFilter'
import { TimeFilter } from '../../components/filters/TimeFilter'
import { ListPage } from '../../components/list/ListPage'
import { categoriesQuery, categoryName } from '../../lib/names'
import { useSearchWords } from '../../lib/use-search'
import { channels, consentKinds, consentSources } from '../../lib/words'
import { consentFilterOf, consentList } from './api'
import { Chain } from './Chain'
import { useConsentList } from './use-consent-list'

/** What people said about being written to, and that none of it was altered. */
export function ConsentsPage() {
  const { t } = useTranslation()
  const [search] = useSearchWords()
  const source = useMemo(() => consentList(consentFilterOf(search)), [search])
  return (
    <ListPage
      title={t('consents.title')}
      intro={t('consents.intro')}
      caption={t('consents.caption')}
      source={source}
      {...useConsentList()}
      filters={<Filters />}
      nothing={{
        icon: IconSignature,
        title: t('consents.empty'),
        text: t('consents.empty_text'),
        noMatch: t('consents.none_match'),
      }}
    >
      <Chain />
    </ListPage>
  )
}

function Filters() {
  const { t, i18n } = useTranslation()
  const [search, setSearch] = useSearchWords()
  const categories = useQuery(categoriesQuery)
  return (
    <>
      <SearchFilter placeholder={t('consents.search_placeholder')} />
      <PickFilter
        word="kind"
        label={t('consents.kind')}
        any={t('consents.any_kind')}
        choices={consentKinds.map((value) => ({ value, label: t(`consent_kind.${value}`) }))}
      />
      <PickFilter
        word="source"
        label={t('consents.source')}
        any={t('consents.any_source')}
        choices={consentSources.map((value) => ({ value, label: t(`consent_source.${value}`) }))}
      />
      <PickFilter
        word="channel"
        label={t('column.channel')}
        any={t('suppressions.any_channel')}
        choices={channels.map((value) => ({ value, label: t(`channel.${value}`) }))}
      />
      <PickFilter
        word="category"
        label={t('consents.category')}
        any={t('consents.any_category')}
        choices={(categories.data?.rows ?? []).map((each) => ({
          value: each.key,
          label: categoryName(each, i18n.language),
        }))}
      />
      <TimeFilter
        from={search.from}
        to={search.to}
        onChange={(from, to) => setSearch({ ...search, from: from ?? '', to: to ?? '' })}
      />
    </>
  )
}
