import { Button } from '@mantine/core'
import { IconPlus, IconSitemap } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { PickFilter } from '../../components/filters/PickFilter'
import { SearchFilter } from '../../components/filters/SearchFilter'
import { ListPage } from '../../components/list/ListPage'
import { categoriesQuery, categoryName } from '../../lib/names'
import { usePermission } from '../../lib/session'
import { useSearchWords } from '../../lib/use-search'
import { workflowList } from './api'
import { useWorkflowList } from './use-workflow-list'

export function WorkflowsPage() {
  const { t, i18n } = useTranslation()
  const [search] = useSearchWords()
  const source = useMemo(() => workflowList(search), [search])
  const { data } = useQuery(categoriesQuery)
  const create = usePermission('content:write') ? (
    <Button component={Link} to="/workflows/new" leftSection={<IconPlus size={15} aria-hidden />}>
      {t('workflows.create')}
    </Button>
  ) : null
  return (
    <ListPage
      title={t('workflows.title')}
      intro={t('workflows.intro')}
      caption={t('workflows.caption')}
      source={source}
      {...useWorkflowList()}
      actions={create}
      filters={
        <>
          <SearchFilter placeholder={t('workflows.search_placeholder')} />
          <PickFilter
            word="category"
            label={t('filter.category')}
            any={t('workflows.any_category')}
            choices={(data?.rows ?? []).map((row) => ({ value: row.key, label: categoryName(row, i18n.language) }))}
          />
          <PickFilter
            word="sort"
            label={t('workflows.sort')}
            any={t('workflows.sort_name')}
            choices={[
              { value: 'updated', label: t('workflows.sort_updated') },
              { value: 'type', label: t('workflows.sort_type') },
            ]}
          />
        </>
      }
      nothing={{
        icon: IconSitemap,
        title: t('workflows.empty'),
        text: t('workflows.empty_text'),
        next: create,
        noMatch: t('workflows.none_match'),
      }}
    />
  )
}
