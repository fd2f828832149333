import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { PageHeader } from '../../components/PageHeader'
import { api, unwrap } from '../../lib/api'
import { useFormFaults } from '../../lib/form-faults'
import { categoriesQuery, categoryName } from '../../lib/names'
import { errorSentence } from '../../lib/sentences'
import { useSearchWords } from '../../lib/use-search'
import { lastEventData } from './api'
import { emptyDraft, inputOf } from './draft'
import classes from './NewWorkflowPage.module.css'
import { inferred } from './schema'

const shown = ['key', 'event_type', 'name', 'category'] as const

/** Names a new workflow; the builder does the rest. */
export function NewWorkflowPage() {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const [search] = useSearchWords()
  const [type, setType] = useState(search.type ?? '')
  const [name, setName] = useState('')
  const { data } = useQuery(categoriesQuery)
  const [chosen, setCategory] = useState('')
  const category = chosen || (data?.rows[0]?.key ?? '')
  const faults = useFormFaults(shown)
  const create = useMutation({
    mutationFn: async () => {
      const last = await lastEventData(type)
      const draft = { ...emptyDraft(type, category), name: name || type, event_schema: last ? inferred(last) : null }
      return unwrap(api.PUT('/v1/workflows/{key}', { params: { path: { key: type } }, body: inputOf(draft) }))
    },
    onSuccess: (made) => void navigate({ to: `/workflows/${encodeURIComponent(made.key)}` }),
    onError: faults.take,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    create.mutate()
  }
  return (
    <>
      <PageHeader title={t('workflows.create')} intro={t('workflows.create_intro')} />
      <form className={`card ${classes.form}`} onSubmit={submit}>
        {faults.rest && (
          <p role="alert" className={classes.fault}>
            {errorSentence(faults.rest, t)}
          </p>
        )}
        <TextInput
          label={t('workflows.event_type')}
          description={t('workflows.create_type_hint')}
          placeholder="order.shipped"
          value={type}
          error={faults.of('key') ?? faults.of('event_type')}
          required
          onChange={(event) => {
            setType(event.currentTarget.value)
            faults.mend('key')
          }}
        />
        <TextInput
          label={t('workflows.name')}
          value={name}
          error={faults.of('name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <NativeSelect
          label={t('filter.category')}
          value={category}
          error={faults.of('category')}
          onChange={(event) => setCategory(event.currentTarget.value)}
          data={(data?.rows ?? []).map((row) => ({ value: row.key, label: categoryName(row, i18n.language) }))}
        />
        <Button type="submit" loading={create.isPending} disabled={type.trim() === ''}>
          {t('workflows.create_go')}
        </Button>
      </form>
    </>
  )
}
