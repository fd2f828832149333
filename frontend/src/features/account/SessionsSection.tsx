import { Button, Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { FormSection } from '../../components/form/FormPage'
import { Time } from '../../components/Time'
import { sayDone } from '../../lib/notify'
import { type Session, sessionsQuery, useEndOthers, useEndSession } from './api'
import { deviceOf } from './device'
import classes from './SessionsSection.module.css'

export function SessionsSection() {
  const { t } = useTranslation()
  const query = useQuery(sessionsQuery)
  const endOthers = useEndOthers(() => sayDone(t('account.others_ended')))
  return (
    <FormSection title={t('account.sessions')} intro={t('account.sessions_intro')}>
      <Answered of={query}>
        {(sessions) => (
          <>
            <ul className={classes.list}>
              {sessions.map((session) => (
                <Row key={session.id} session={session} />
              ))}
            </ul>
            {sessions.length > 1 && (
              <Group justify="flex-end">
                <Button variant="default" loading={endOthers.isPending} onClick={() => endOthers.mutate()}>
                  {t('account.end_others')}
                </Button>
              </Group>
            )}
          </>
        )}
      </Answered>
    </FormSection>
  )
}

function Row({ session }: { session: Session }) {
  const { t } = useTranslation()
  const end = useEndSession(() => sayDone(t('account.session_ended')))
  const device = deviceOf(session.user_agent) ?? t('account.device_unknown')
  return (
    <li className={classes.row}>
      <div>
        <b>{device}</b>
        <div className="dim" title={session.user_agent}>
          {session.ip} · {session.current ? t('account.this_browser') : <Time at={session.last_seen_at} />}
        </div>
      </div>
      {!session.current && (
        <Button
          variant="subtle"
          color="red"
          size="compact-xs"
          aria-label={t('account.end_of', { device })}
          onClick={() => end.mutate(session.id)}
        >
          {t('account.end')}
        </Button>
      )}
    </li>
  )
}
