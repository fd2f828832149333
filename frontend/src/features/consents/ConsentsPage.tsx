import { IconSignature } from '@tabler/icons-react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { SearchFilter } from '../../components/filters/SearchFilter'
import { ListPage } from '../../components/list/ListPage'
import { useSearchWords } from '../../lib/use-search'
import { consentFilterOf, consentList } from './api'
import { Chain } from './Chain'
import { ConsentFilters } from './ConsentFilters'
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
      filters={
        <>
          <SearchFilter placeholder={t('consents.search_placeholder')} />
          <ConsentFilters />
        </>
      }
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
