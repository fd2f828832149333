import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ChannelLabel } from '../../components/ChannelLabel'
import { Door } from '../../components/Door'
import { StatusChip } from '../../components/StatusChip'
import type { Schema } from '../../lib/api'
import { doors } from '../../lib/doors'
import { channels } from '../../lib/words'
import { notificationQuery } from './api'
import classes from './Siblings.module.css'

/** The channels of one notification as tabs, so that a person's whole story is one click wide. */
export function Siblings({ message }: { message: Schema['MessageView'] }) {
  const { t } = useTranslation()
  const query = useQuery(notificationQuery(message.notification_id))
  const rows = query.data?.messages ?? []
  if (rows.length < 2) return null
  return (
    <nav className={classes.tabs} aria-label={t('message.related')}>
      {inOrder(rows).map((row) => (
        <Door key={row.id} door={doors.message(row.id)} className={row.id === message.id ? classes.here : classes.tab}>
          <ChannelLabel channel={row.channel} />
          {row.id !== message.id && <StatusChip status={row.status} />}
        </Door>
      ))}
    </nav>
  )
}

/** Channels stand in the order in which the pages always show them. */
function inOrder(rows: Schema['Message'][]): Schema['Message'][] {
  return [...rows].sort((a, b) => channels.indexOf(a.channel) - channels.indexOf(b.channel))
}
