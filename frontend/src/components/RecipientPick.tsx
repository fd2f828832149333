import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrapPage } from '../lib/api'
import { useMe } from '../lib/session'

interface Props {
  /** What is picked; a recipient without. */
  label?: string
  value: string
  onChange: (id: string) => void
}

const recipientsQuery = (q: string) =>
  queryOptions({
    queryKey: ['recipients', 'pick', q],
    queryFn: ({ signal }) =>
      unwrapPage(api.GET('/v1/recipients', { params: { query: { limit: 20, ...(q ? { q } : {}) } }, signal })),
    staleTime: 30_000,
  })

/** Finds a recipient by name, id or address. */
export function RecipientPick({ label, value, onChange }: Props) {
  const { t } = useTranslation()
  const own = useMe()?.member.recipient_id
  const [text, setText] = useState('')
  const [q] = useDebouncedValue(text, 250)
  const { data } = useQuery({ ...recipientsQuery(q), placeholderData: keepPreviousData })
  const found = (data?.rows ?? []).map(({ id, name }) => ({ value: id, label: name ? `${name} (${id})` : id }))
  if (own && !found.some((each) => each.value === own)) found.unshift({ value: own, label: t('workflows.yourself') })
  const isShown = found.some((each) => each.value === value)
  return (
    <Select
      label={label ?? t('workflows.recipient')}
      searchable
      allowDeselect={false}
      value={value || null}
      data={isShown || value === '' ? found : [{ value, label: value }, ...found]}
      // The server searched already.
      filter={({ options }) => options}
      nothingFoundMessage={t('workflows.nobody_found')}
      onSearchChange={setText}
      onChange={(id) => id && onChange(id)}
    />
  )
}
