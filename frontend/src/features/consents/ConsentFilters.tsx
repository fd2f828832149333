import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { PickFilter } from '../../components/filters/PickFilter'
import { TimeFilter } from '../../components/filters/TimeFilter'
import { categoriesQuery, categoryName } from '../../lib/names'
import { useSearchWords } from '../../lib/use-search'
import { channels, consentKinds, consentSources } from '../../lib/words'

/** What of the log is looked for, but for whose it is. */
export function ConsentFilters() {
  const { t, i18n } = useTranslation()
  const [search, setSearch] = useSearchWords()
  const categories = useQuery(categoriesQuery)
  return (
    <>
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
