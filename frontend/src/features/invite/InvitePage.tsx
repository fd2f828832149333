import { Button, PasswordInput, TextInput } from '@mantine/core'
import { IconLinkOff } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failed, LoadingRows, State } from '../../components/States'
import { Refusal, Threshold, ThresholdForm } from '../../components/Threshold'
import { ApiError, api, type Schema, setCsrfToken, unwrap } from '../../lib/api'
import { useFormFaults } from '../../lib/form-faults'
import { errorSentence } from '../../lib/sentences'
import { meKey } from '../../lib/session'
import { dayAndTime } from '../../lib/time'
import { useTitle } from '../../lib/title'

const shown = ['name', 'password'] as const

/** Where the link of an invitation leads: one form between a stranger and a member. */
export function InvitePage() {
  const { t } = useTranslation()
  const { token = '' } = useParams({ strict: false })
  useTitle(t('invite.title'))
  const query = useQuery({
    queryKey: ['invite', token],
    queryFn: ({ signal }) => unwrap(api.POST('/v1/auth/invitation', { body: { token }, signal })),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const gone = query.error instanceof ApiError && query.error.type === 'not_found'
  return (
    <Threshold>
      {query.data && <Form token={token} invitation={query.data} />}
      {gone && <State page icon={IconLinkOff} title={t('invite.gone')} text={t('invite.gone_text')} />}
      {query.error && !gone && <Failed page error={query.error} retry={() => void query.refetch()} />}
      {query.isPending && <LoadingRows rows={4} />}
    </Threshold>
  )
}

function Form({ token, invitation }: { token: string; invitation: Schema['InvitationView'] }) {
  const { t, i18n } = useTranslation()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const faults = useFormFaults(shown)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    faults.take(null)
    setBusy(true)
    try {
      const me = await unwrap(api.POST('/v1/auth/accept', { body: { token, name, password, locale: i18n.language } }))
      setCsrfToken(me.csrf_token)
      queries.clear()
      queries.setQueryData(meKey, me)
      await navigate({ to: '/', replace: true })
    } catch (error) {
      faults.take(error as Error)
      setBusy(false)
    }
  }
  return (
    <ThresholdForm title={t('invite.title')} onSubmit={(event) => void submit(event)} noValidate>
      <p>
        {t('invite.text', {
          inviter: invitation.inviter_name,
          role: t(`role.${invitation.role}`),
          until: dayAndTime(new Date(invitation.expires_at), i18n.language),
        })}
      </p>
      <TextInput
        size="sm"
        label={t('session.email')}
        name="email"
        autoComplete="username"
        readOnly
        value={invitation.email}
      />
      <TextInput
        size="sm"
        label={t('members.name')}
        name="name"
        autoComplete="name"
        autoFocus
        value={name}
        error={faults.of('name')}
        onChange={(event) => {
          setName(event.currentTarget.value)
          faults.mend('name')
        }}
      />
      <PasswordInput
        size="sm"
        label={t('session.password')}
        description={t('account.password_hint')}
        name="password"
        autoComplete="new-password"
        value={password}
        error={faults.of('password')}
        visibilityToggleButtonProps={{ 'aria-label': t('session.show_password') }}
        onChange={(event) => {
          setPassword(event.currentTarget.value)
          faults.mend('password')
        }}
      />
      {faults.rest && <Refusal>{errorSentence(faults.rest, t)}</Refusal>}
      <Button type="submit" size="sm" fullWidth loading={busy}>
        {t('invite.join')}
      </Button>
    </ThresholdForm>
  )
}
