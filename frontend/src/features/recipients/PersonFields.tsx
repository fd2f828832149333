import { Autocomplete, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { FormFaults } from '../../lib/form-faults'
import { locales, zones } from '../../lib/locales'

export interface Person {
  name: string
  locale: string
  timezone: string
}

interface Props {
  value: Person
  faults: FormFaults
  onChange: (part: Partial<Person>) => void
}

/** What is asked of every person: a name, a language and a time zone. */
export function PersonFields({ value, faults, onChange }: Props) {
  const { t } = useTranslation()
  return (
    <>
      <TextInput
        label={t('column.name')}
        value={value.name}
        error={faults.of('name')}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <Autocomplete
        label={t('recipients.locale')}
        description={t('recipients.locale_hint')}
        data={locales}
        value={value.locale}
        error={faults.of('locale')}
        onChange={(locale) => onChange({ locale })}
      />
      <Autocomplete
        label={t('recipients.timezone')}
        description={t('recipients.timezone_hint')}
        data={zones}
        limit={20}
        value={value.timezone}
        error={faults.of('timezone')}
        onChange={(timezone) => onChange({ timezone })}
      />
    </>
  )
}
