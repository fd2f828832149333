import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { customersQuery } from './api'

interface Props {
  value: string
  error: string | undefined
  onChange: (id: string) => void
}

/** Finds who orders, by name, id or address. */
export function CustomerPick({ value, error, onChange }: Props) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const [q] = useDebouncedValue(text, 250)
  const { data } = useQuery({ ...customersQuery(q), placeholderData: keepPreviousData })
  const found = (data?.rows ?? []).map(({ id, name }) => ({ value: id, label: name ? `${name} (${id})` : id }))
  const isShown = found.some((each) => each.value === value)
  return (
    <Select
      label={t('shop.customer')}
      searchable
      allowDeselect={false}
      value={value}
      error={error}
      data={isShown || value === '' ? found : [{ value, label: value }, ...found]}
      // The server searched already; what the box shows of the choice is no search.
      filter={({ options }) => options}
      nothingFoundMessage={t('shop.nobody_found')}
      onSearchChange={(typed) => setText(found.some(({ label }) => label === typed) || typed === value ? '' : typed)}
      onChange={(id) => id && onChange(id)}
    />
  )
}
