import { Button } from '@mantine/core'
import { IconCategory, IconLock, IconPlus } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Chip } from '../../components/Chip'
import { SearchFilter } from '../../components/filters/SearchFilter'
import type { Column, RowKind } from '../../components/list/column'
import { ListPage } from '../../components/list/ListPage'
import { doors } from '../../lib/doors'
import { categoryName, languageName } from '../../lib/names'
import { usePermission } from '../../lib/session'
import { useSearchWords } from '../../lib/use-search'
import { type Category, categoryList } from './api'

const kind: RowKind<Category> = { id: (row) => row.category.key, door: (row) => doors.category(row.category.key) }

const columnsOf = (t: TFunction, language: string): Column<Category>[] => [
  {
    key: 'name',
    name: t('column.name'),
    lead: true,
    cell: ({ category }) => categoryName(category, language),
    csv: ({ category }) => category.name,
  },
  {
    key: 'key',
    name: t('column.key'),
    dim: true,
    cell: ({ category }) => <code>{category.key}</code>,
    csv: ({ category }) => category.key,
  },
  {
    key: 'mandatory',
    name: t('categories.mandatory_column'),
    width: 150,
    cell: ({ category }) =>
      category.mandatory && (
        <Chip tone="warn" icon={IconLock}>
          {t('categories.always_on')}
        </Chip>
      ),
    csv: ({ category }) => category.mandatory,
  },
  {
    key: 'languages',
    name: t('categories.languages'),
    dim: true,
    cell: ({ category }) =>
      Object.keys(category.names ?? {})
        .map((tag) => languageName(tag, language))
        .join(', '),
    csv: ({ category }) => Object.keys(category.names ?? {}).join(' '),
  },
  {
    key: 'workflows',
    name: t('categories.workflows'),
    width: 120,
    right: true,
    cell: ({ workflows }) => workflows.length,
    csv: ({ workflows }) => workflows.length,
  },
]

/** What recipients can switch on and off. */
export function CategoriesPage() {
  const { t, i18n } = useTranslation()
  const [search] = useSearchWords()
  const source = useMemo(() => categoryList(search.q ?? ''), [search.q])
  const columns = useMemo(() => columnsOf(t, i18n.language), [t, i18n.language])
  const create = usePermission('content:write') && (
    <Button component={Link} to="/categories/new" leftSection={<IconPlus size={14} aria-hidden />}>
      {t('categories.new')}
    </Button>
  )
  return (
    <ListPage
      title={t('categories.title')}
      intro={t('categories.intro')}
      caption={t('categories.caption')}
      source={source}
      columns={columns}
      kind={kind}
      filters={<SearchFilter placeholder={t('categories.search_placeholder')} />}
      actions={create}
      nothing={{
        icon: IconCategory,
        title: t('categories.empty'),
        text: t('categories.empty_text'),
        next: create,
        noMatch: t('categories.none_match'),
      }}
    />
  )
}
