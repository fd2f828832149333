import { Button, PasswordInput, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Refusal, Threshold, ThresholdForm } from '../../components/Threshold'
import { ApiError } from '../../lib/api'
import { errorSentence } from '../../lib/sentences'
import { useSignIn } from '../../lib/session'
import { useTitle } from '../../lib/title'
import { IssuerButton } from './IssuerButton'

/** Stands in the place of the page that was asked for, and gives way to it. */
export function SignInPage() {
  const { t } = useTranslation()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [asked, setAsked] = useState(false)
  const signIn = useSignIn()
  useTitle(t('session.title'))

  const submit = (event: FormEvent) => {
    event.preventDefault()
    signIn.mutate(
      { email, password, ...(asked ? { code } : {}) },
      { onError: (error) => isCodeNeeded(error) && setAsked(true) },
    )
  }
  const error = isCodeNeeded(signIn.error) ? null : signIn.error
  const wrong = error instanceof ApiError && error.type === 'unauthenticated'
  return (
    <Threshold>
      <ThresholdForm title={t('session.title')} onSubmit={submit}>
        <TextInput
          size="sm"
          label={t('session.email')}
          type="email"
          name="email"
          autoComplete="username"
          required
          withAsterisk={false}
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          size="sm"
          label={t('session.password')}
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': t('session.show_password') }}
        />
        {asked && (
          <TextInput
            size="sm"
            label={t('session.code')}
            description={t('session.code_hint')}
            name="code"
            autoComplete="one-time-code"
            inputMode="text"
            required
            withAsterisk={false}
            autoFocus
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
        )}
        {error && (
          <Refusal>{wrong ? t(asked ? 'session.wrong_code' : 'session.wrong') : errorSentence(error, t)}</Refusal>
        )}
        <Button type="submit" size="sm" fullWidth loading={signIn.isPending}>
          {t('session.submit')}
        </Button>
        <IssuerButton />
        <p className="dim">{t('session.hint')}</p>
      </ThresholdForm>
    </Threshold>
  )
}

/** The password was right; the second step follows. */
function isCodeNeeded(error: Error | null): boolean {
  return error instanceof ApiError && error.type === 'code_required'
}
