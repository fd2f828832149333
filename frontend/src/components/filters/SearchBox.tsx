import { TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { type FormEvent, useEffect, useState } from 'react'

interface Props {
  label: string
  placeholder: string
  value: string
  onSearch: (text: string) => void
}

/** Searches on Enter and when it is left, not on every key: the address bar keeps what was meant. */
export function SearchBox({ label, placeholder, value, onSearch }: Props) {
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  const search = () => {
    if (text.trim() !== value) onSearch(text.trim())
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    search()
  }
  return (
    <search>
      <form onSubmit={submit}>
        <TextInput
          type="search"
          size="xs"
          w={280}
          aria-label={label}
          placeholder={placeholder}
          leftSection={<IconSearch size={14} aria-hidden />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onBlur={search}
        />
      </form>
    </search>
  )
}
