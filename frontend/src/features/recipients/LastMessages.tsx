import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { Door } from '../../components/Door'
import { MessageTable } from '../../components/MessageTable'
import { doors } from '../../lib/doors'
import { usePolling } from '../../lib/live'
import { lastMessagesQuery } from './api'
import classes from './RecipientPage.module.css'

/** What somebody got last, and the way to all of it. */
export function LastMessages({ id }: { id: string }) {
  const { t } = useTranslation()
  const query = useQuery({ ...lastMessagesQuery(id), refetchInterval: usePolling() })
  return (
    <section className="card" aria-labelledby="last-messages">
      <div className={classes.head}>
        <h2 id="last-messages">{t('recipients.last_messages')}</h2>
        <div className={classes.tags}>
          <Door door={doors.activity(id)}>{t('activity.all')}</Door>
          <Door door={doors.messages({ recipient: id })}>{t('act.show_all')}</Door>
        </div>
      </div>
      <Answered of={query}>
        {({ rows }) =>
          rows.length > 0 ? (
            <MessageTable rows={rows} caption={t('recipients.last_messages')} ofOne />
          ) : (
            <p className={classes.none}>{t('recipients.no_messages')}</p>
          )
        }
      </Answered>
    </section>
  )
}
