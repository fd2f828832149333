import { Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../../components/Dialog'
import { useFormFaults } from '../../lib/form-faults'
import { errorSentence } from '../../lib/sentences'
import { useMe } from '../../lib/session'
import { isOneOf, roles } from '../../lib/words'
import { type Role, rolesToGive, useInvite } from './api'
import { InvitationLink } from './InvitationLink'

const shown = ['email', 'role'] as const

/** Asks whom to invite; then shows the link, this once. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const me = useMe()
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('editor')
  const faults = useFormFaults(shown)
  const invite = useInvite()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    faults.take(null)
    invite.mutate({ email, role }, { onError: faults.take })
  }
  return (
    <Dialog opened onClose={onClose} title={invite.data ? t('members.invited') : t('members.invite_title')}>
      {invite.data ? (
        <InvitationLink invited={invite.data} onClose={onClose} />
      ) : (
        <form onSubmit={submit} noValidate>
          <Stack gap={12}>
            <TextInput
              size="sm"
              type="email"
              data-autofocus
              label={t('members.email')}
              value={email}
              error={faults.of('email')}
              onChange={(event) => {
                setEmail(event.currentTarget.value)
                faults.mend('email')
              }}
            />
            <NativeSelect
              size="sm"
              label={t('members.role')}
              description={t(`members.role_hint_${role}`)}
              value={role}
              error={faults.of('role')}
              onChange={({ currentTarget: { value } }) => isOneOf(roles, value) && setRole(value)}
              data={rolesToGive(me).map((each) => ({ value: each, label: t(`role.${each}`) }))}
            />
            {faults.rest && <p role="alert">{errorSentence(faults.rest, t)}</p>}
            <Group justify="flex-end" gap={8}>
              <Button variant="default" onClick={onClose}>
                {t('act.cancel')}
              </Button>
              <Button type="submit" loading={invite.isPending}>
                {t('members.invite_send')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Dialog>
  )
}
