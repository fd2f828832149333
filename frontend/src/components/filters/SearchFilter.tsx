import { useTranslation } from 'react-i18next'
import { useSearchWords } from '../../lib/use-search'
import { SearchBox } from './SearchBox'

/** The search of a list, kept in the address bar as q. */
export function SearchFilter({ placeholder }: { placeholder: string }) {
  const { t } = useTranslation()
  const [search, setSearch] = useSearchWords()
  return (
    <SearchBox
      label={t('filter.q')}
      placeholder={placeholder}
      value={search.q ?? ''}
      onSearch={(q) => setSearch({ ...search, q })}
    />
  )
}
