import { Combobox, TextInput, useCombobox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { pickQuery } from './api'

/** Finds people by the beginning of a name, an id or an address. */
export function PeoplePicker({ onPick }: { onPick: (id: string) => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const [asked] = useDebouncedValue(text.trim(), 200)
  const found = useQuery(pickQuery(asked)).data?.rows ?? []
  const box = useCombobox({ onDropdownClose: () => box.resetSelectedOption() })
  const pick = (id: string) => {
    onPick(id)
    setText('')
    box.closeDropdown()
  }
  return (
    <Combobox store={box} onOptionSubmit={pick}>
      <Combobox.Target>
        <TextInput
          data-autofocus
          label={t('groups.find')}
          placeholder={t('recipients.search_placeholder')}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value)
            box.openDropdown()
          }}
          onBlur={() => box.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={asked === ''}>
        <Combobox.Options aria-label={t('groups.find')}>
          {found.map(({ id, name }) => (
            <Combobox.Option key={id} value={id}>
              {name || id} <span className="dim">{id}</span>
            </Combobox.Option>
          ))}
          {found.length === 0 && <Combobox.Empty>{t('groups.found_none')}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
