import { Button, Group, PasswordInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FormSection } from '../../components/form/FormPage'
import { useFormFaults } from '../../lib/form-faults'
import { sayDone } from '../../lib/notify'
import { errorSentence } from '../../lib/sentences'
import { useMe } from '../../lib/session'
import { useChangePassword } from './api'

const shown = ['current', 'new'] as const

export function PasswordSection() {
  const { t } = useTranslation()
  const me = useMe()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const faults = useFormFaults(shown)
  const change = useChangePassword()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    faults.take(null)
    change.mutate(
      { current, new: next },
      {
        onSuccess: () => {
          setCurrent('')
          setNext('')
          sayDone(t('account.password_changed'))
        },
        onError: faults.take,
      },
    )
  }
  const eye = { 'aria-label': t('session.show_password') }
  return (
    <FormSection title={t('session.password')} intro={t('account.password_intro')}>
      <form onSubmit={submit} noValidate>
        {/* So that the browser's keeper of passwords knows whose this is. */}
        <input type="hidden" name="username" autoComplete="username" value={me?.member.email ?? ''} readOnly />
        <PasswordInput
          size="sm"
          label={t('account.password_current')}
          autoComplete="current-password"
          value={current}
          error={faults.of('current')}
          visibilityToggleButtonProps={eye}
          onChange={(event) => {
            setCurrent(event.currentTarget.value)
            faults.mend('current')
          }}
        />
        <PasswordInput
          size="sm"
          mt={14}
          label={t('account.password_new')}
          description={t('account.password_hint')}
          autoComplete="new-password"
          value={next}
          error={faults.of('new')}
          visibilityToggleButtonProps={eye}
          onChange={(event) => {
            setNext(event.currentTarget.value)
            faults.mend('new')
          }}
        />
        {faults.rest && <p role="alert">{errorSentence(faults.rest, t)}</p>}
        <Group justify="flex-end" mt={14}>
          <Button type="submit" loading={change.isPending} disabled={!current || !next}>
            {t('account.password_change')}
          </Button>
        </Group>
      </form>
    </FormSection>
  )
}
