import { IconSignature } from '@tabler/icons-react'
import { useParams } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { ListPage } from '../../components/list/ListPage'
import { PersonTabs } from '../../components/PersonTabs'
import { usePersonTitle } from '../../lib/person'
import { useSearchWords } from '../../lib/use-search'
import { consentFilterOf, consentList } from './api'
import { ConsentFilters } from './ConsentFilters'
import { useConsentList } from './use-consent-list'

/** What one person said about being written to, all of it. */
export function PersonConsentsPage() {
  const { t } = useTranslation()
  const { id } = useParams({ strict: false }) as { id: string }
  const [search] = useSearchWords()
  const source = useMemo(() => consentList({ ...consentFilterOf(search), recipient: id }), [search, id])
  const { columns, kind } = useConsentList()
  return (
    <ListPage
      title={usePersonTitle(id)}
      intro={t('consents.of_person')}
      caption={t('consents.caption')}
      source={source}
      columns={useMemo(() => columns.filter(({ key }) => key !== 'recipient'), [columns])}
      kind={kind}
      filters={<ConsentFilters />}
      tabs={<PersonTabs id={id} of="consents" />}
      nothing={{
        icon: IconSignature,
        title: t('consents.nothing_said'),
        text: t('consents.empty_text'),
        noMatch: t('consents.none_match'),
      }}
    />
  )
}
