import { TagsInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, type Schema, unwrapPage } from '../../lib/api'

const foundQuery = (q: string) =>
  queryOptions({
    queryKey: ['recipients', 'pick', q],
    queryFn: ({ signal }) =>
      unwrapPage(api.GET('/v1/recipients', { params: { query: { limit: 20, ...(q ? { q } : {}) } }, signal })),
  })

interface Props {
  value: string[]
  onChange: (value: string[]) => void
  error: string | undefined
}

/** Who gets a letter: recipients by their ids, and bare email addresses. */
export function Recipients({ value, onChange, error }: Props) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const [q] = useDebouncedValue(text.trim(), 250)
  const { data } = useQuery({ ...foundQuery(q), placeholderData: keepPreviousData })
  const names = new Map((data?.rows ?? []).map(({ id, name }) => [id, name]))
  return (
    <TagsInput
      data-autofocus
      required
      label={t('reports.to')}
      description={t('reports.to_hint')}
      value={value}
      data={[...names.keys()]}
      // The server searched already.
      filter={({ options }) => options}
      renderOption={({ option }) =>
        names.get(option.value) ? `${names.get(option.value)} (${option.value})` : option.value
      }
      splitChars={[',', ';', ' ']}
      acceptValueOnBlur
      maxTags={50}
      onSearchChange={setText}
      onChange={onChange}
      error={error}
    />
  )
}

/** As the API takes them: what looks like an address becomes a person of that address. */
export function toOf(value: string[]): Schema['To'][] {
  return value.map((one) => (/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(one) ? { id: one, email: one } : one))
}
