import { Button } from '@mantine/core'
import { IconMapPinOff, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { ConfirmDelete } from '../../components/ConfirmDelete'
import { CurlButton } from '../../components/CurlButton'
import { PageHeader } from '../../components/PageHeader'
import { State } from '../../components/States'
import { doors } from '../../lib/doors'
import { sayDone, sayFailed } from '../../lib/notify'
import { usePermission } from '../../lib/session'
import { type Category, categoriesQuery, useDeleteCategory } from './api'
import { CategoryForm } from './CategoryForm'

/** A category that is not there yet. */
export function NewCategoryPage() {
  const { t } = useTranslation()
  return (
    <>
      <PageHeader title={t('categories.new')} intro={t('categories.intro')} />
      <CategoryForm />
    </>
  )
}

export function CategoryPage() {
  const { t } = useTranslation()
  const { key } = useParams({ strict: false }) as { key: string }
  const query = useQuery(categoriesQuery)
  return (
    <Answered of={query} page>
      {(list) => {
        const found = list.find(({ category }) => category.key === key)
        if (found) return <Whole key={key} found={found} />
        return <State page icon={IconMapPinOff} title={t('state.not_found_title')} text={t('state.not_found_text')} />
      }}
    </Answered>
  )
}

function Whole({ found }: { found: Category }) {
  const { t } = useTranslation()
  const [deleting, setDeleting] = useState(false)
  const { category } = found
  return (
    <>
      <PageHeader title={category.name} intro={t('categories.page_intro', { key: category.key })}>
        <CurlButton path="/v1/categories" />
        {usePermission('content:write') && (
          <Button variant="default" leftSection={<IconTrash size={14} aria-hidden />} onClick={() => setDeleting(true)}>
            {t('act.delete')}
          </Button>
        )}
      </PageHeader>
      <CategoryForm found={found} />
      {deleting && <DeleteDialog found={found} onClose={() => setDeleting(false)} />}
    </>
  )
}

function DeleteDialog({ found, onClose }: { found: Category; onClose: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const remove = useDeleteCategory()
  const { category, workflows } = found
  const confirm = () =>
    remove.mutate(category.key, {
      onError: (error) => sayFailed(error, t),
      onSuccess: () => {
        sayDone(t('categories.deleted', { name: category.name }))
        void navigate({ to: '/categories' })
      },
    })
  return (
    <ConfirmDelete
      title={t('categories.delete_title')}
      name={category.name}
      text={t('categories.delete_text')}
      dependents={workflows.map(({ key, name }) => ({
        name: t('categories.workflow', { name: name || key }),
        door: doors.workflow(key),
      }))}
      blocked
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={confirm}
    />
  )
}
