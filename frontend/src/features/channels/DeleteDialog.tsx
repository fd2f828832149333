import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ConfirmDelete, type Dependent } from '../../components/ConfirmDelete'
import { doors } from '../../lib/doors'
import { integrationsQuery } from '../../lib/integrations'
import { sayDone, sayFailed } from '../../lib/notify'
import { type Integration, useRemove, waitingQuery } from './api'

interface Props {
  account: Integration
  onClose: () => void
}

/** Ends an account: what waits to go out by it, and whether the channel has another way. */
export function DeleteDialog({ account, onClose }: Props) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const remove = useRemove(account.id)
  const waiting = useQuery(waitingQuery(account.id)).data
  const all = useQuery(integrationsQuery).data
  const dependents: Dependent[] = []
  if (waiting && waiting.rows.length > 0) {
    const count = waiting.rows.length
    dependents.push({
      name: waiting.next ? t('channels.waiting_more', { count }) : t('channels.waiting', { count }),
      door: doors.messages({ integration: account.id, status: ['held', 'queued', 'sending'] }),
    })
  }
  const others = all?.filter(({ id, channel, enabled }) => id !== account.id && channel === account.channel && enabled)
  if (others?.length === 0) {
    dependents.push({ name: t('channels.last_of_channel', { channel: t(`channel.${account.channel}`) }) })
  }
  return (
    <ConfirmDelete
      title={t('channels.delete_title')}
      name={account.name}
      text={t('channels.delete_text')}
      dependents={waiting && all ? dependents : undefined}
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={() =>
        remove.mutate(undefined, {
          onSuccess: () => {
            sayDone(t('channels.deleted', { name: account.name }))
            void navigate({ to: doors.channels().to })
          },
          onError: (error) => sayFailed(error, t),
        })
      }
    />
  )
}
