import { Button, Group, NativeSelect, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FormSection } from '../../components/form/FormPage'
import { useFormFaults } from '../../lib/form-faults'
import { chooseLanguage, languageNames, languages } from '../../lib/i18n'
import { sayDone } from '../../lib/notify'
import { errorSentence } from '../../lib/sentences'
import { useMe } from '../../lib/session'
import { isOneOf } from '../../lib/words'
import { useSaveProfile } from './api'

const shown = ['name', 'locale'] as const

export function ProfileSection() {
  const { t } = useTranslation()
  const me = useMe()
  const [name, setName] = useState(me?.member.name ?? '')
  const [locale, setLocale] = useState(me?.member.locale ?? '')
  const faults = useFormFaults(shown)
  const save = useSaveProfile()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const language = isOneOf(languages, locale) ? locale : ''
    faults.take(null)
    save.mutate(
      { name, locale: language },
      {
        onSuccess: () => {
          if (language) void chooseLanguage(language)
          sayDone(t('account.profile_saved'))
        },
        onError: faults.take,
      },
    )
  }
  return (
    <FormSection title={t('account.profile')} intro={me?.member.email ?? ''}>
      <form onSubmit={submit} noValidate>
        <TextInput
          size="sm"
          label={t('members.name')}
          autoComplete="name"
          value={name}
          error={faults.of('name')}
          onChange={(event) => {
            setName(event.currentTarget.value)
            faults.mend('name')
          }}
        />
        <NativeSelect
          size="sm"
          mt={14}
          label={t('app.language')}
          description={t('account.language_hint')}
          value={locale}
          error={faults.of('locale')}
          onChange={(event) => setLocale(event.currentTarget.value)}
          data={[
            { value: '', label: t('account.language_of_browser') },
            ...languages.map((value) => ({ value, label: languageNames[value] })),
          ]}
        />
        {faults.rest && <p role="alert">{errorSentence(faults.rest, t)}</p>}
        <Group justify="flex-end" mt={14}>
          <Button type="submit" loading={save.isPending}>
            {t('form.save')}
          </Button>
        </Group>
      </form>
    </FormSection>
  )
}
