import { Button } from '@mantine/core'
import { IconKey, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { PickFilter } from '../../components/filters/PickFilter'
import { ListPage } from '../../components/list/ListPage'
import type { Search } from '../../lib/search'
import { useSearchWords } from '../../lib/use-search'
import { isOneOf, keyStates } from '../../lib/words'
import { type KeyFilter, keyList, sourceChoices } from './api'
import { useKeyList } from './use-key-list'

function filterOf(search: Search): KeyFilter {
  const filter: KeyFilter = {}
  if (search.source) filter.source = search.source
  if (search.state && isOneOf(keyStates, search.state)) filter.state = search.state
  return filter
}

/** How business systems prove who they are. */
export function ApiKeysPage() {
  const { t } = useTranslation()
  const [search] = useSearchWords()
  const source = useMemo(() => keyList(filterOf(search)), [search])
  const create = (
    <Button
      component={Link}
      to="/settings/api-keys/new"
      search={(search.source ? { source: search.source } : {}) as never}
      leftSection={<IconPlus size={14} aria-hidden />}
    >
      {t('apikeys.new')}
    </Button>
  )
  return (
    <ListPage
      title={t('apikeys.title')}
      intro={t('apikeys.intro')}
      caption={t('apikeys.caption')}
      source={source}
      {...useKeyList()}
      filters={<Filters />}
      actions={create}
      nothing={{
        icon: IconKey,
        title: t('apikeys.empty'),
        text: t('apikeys.empty_text'),
        next: create,
        noMatch: t('apikeys.none_match'),
      }}
    />
  )
}

function Filters() {
  const { t } = useTranslation()
  const sources = useQuery(sourceChoices).data?.rows ?? []
  return (
    <>
      <PickFilter
        word="source"
        label={t('column.source')}
        any={t('apikeys.any_source')}
        choices={sources.map(({ key, name }) => ({ value: key, label: name }))}
      />
      <PickFilter
        word="state"
        label={t('column.status')}
        any={t('filter.any_status')}
        choices={keyStates.map((value) => ({ value, label: t(`key_state.${value}`) }))}
      />
    </>
  )
}
