import { Button, Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Confirm } from '../../components/Confirm'
import { Dialog } from '../../components/Dialog'
import { Failed } from '../../components/States'
import classes from '../../components/Table.module.css'
import { Time } from '../../components/Time'
import { sayDone, sayFailed } from '../../lib/notify'
import { type Invitation, invitationList, useResend, useRevoke } from './api'
import { InvitationLink } from './InvitationLink'

/** Who was invited and has not come yet; nothing at all when everybody has. */
export function Invitations() {
  const { t } = useTranslation()
  const query = useQuery({
    queryKey: invitationList.key,
    queryFn: ({ signal }) => invitationList.page({ limit: 200 }, signal),
  })
  if (query.error) return <Failed error={query.error} retry={() => void query.refetch()} />
  if (!query.data?.rows.length) return null
  return (
    <section className="card" aria-label={t('members.waiting')} style={{ marginBottom: 12 }}>
      <div className={classes.wrap}>
        <table className={classes.table}>
          <caption>{t('members.waiting')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('members.waiting')}</th>
              <th scope="col">{t('members.role')}</th>
              <th scope="col">{t('members.invited_by')}</th>
              <th scope="col">{t('members.ends')}</th>
              <th scope="col" className={classes.right}>
                {t('members.acts')}
              </th>
            </tr>
          </thead>
          <tbody>
            {query.data.rows.map((invitation) => (
              <Row key={invitation.id} invitation={invitation} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Row({ invitation }: { invitation: Invitation }) {
  const { t } = useTranslation()
  const [revoking, setRevoking] = useState(false)
  const resend = useResend()
  const revoke = useRevoke()
  const expired = new Date(invitation.expires_at) < new Date()
  return (
    <tr>
      <td>{invitation.email}</td>
      <td className={classes.dim}>{t(`role.${invitation.role}`)}</td>
      <td className={classes.dim}>{invitation.inviter_name}</td>
      <td className={classes.dim}>{expired ? t('members.expired') : <Time at={invitation.expires_at} />}</td>
      <td className={classes.right}>
        <Group gap={4} justify="flex-end">
          <Button
            variant="subtle"
            size="compact-xs"
            loading={resend.isPending}
            onClick={() => resend.mutate(invitation.id, { onError: (error) => sayFailed(error, t) })}
          >
            {t('members.resend')}
          </Button>
          <Button variant="subtle" size="compact-xs" color="red" onClick={() => setRevoking(true)}>
            {t('members.revoke')}
          </Button>
        </Group>
        {resend.data && (
          <Dialog opened onClose={resend.reset} title={t('members.invited')}>
            <InvitationLink invited={resend.data} onClose={resend.reset} />
          </Dialog>
        )}
        <Confirm
          opened={revoking}
          danger
          title={`${t('members.revoke')}: ${invitation.email}`}
          text={t('members.revoke_text')}
          confirm={t('members.revoke')}
          busy={revoke.isPending}
          onClose={() => setRevoking(false)}
          onConfirm={() =>
            revoke.mutate(invitation.id, {
              onSuccess: () => sayDone(t('members.revoked', { email: invitation.email })),
              onError: (error) => sayFailed(error, t),
            })
          }
        />
      </td>
    </tr>
  )
}
