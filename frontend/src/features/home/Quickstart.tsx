import { Button } from '@mantine/core'
import { IconSend } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { CopyButton } from '../../components/CopyButton'
import { Door } from '../../components/Door'
import type { Schema } from '../../lib/api'
import { doors } from '../../lib/doors'
import { freshKey } from '../../lib/fresh-key'
import { errorSentence } from '../../lib/sentences'
import { usePermission } from '../../lib/session'
import { useSendEvent } from './api'
import { eventOfCurl } from './event-of-curl'
import classes from './Quickstart.module.css'

/** A call that works as it stands, and a button that makes the same call. */
export function Quickstart({ quickstart }: { quickstart: Schema['Quickstart'] }) {
  const { t } = useTranslation()
  const maySend = usePermission('events:write')
  const send = useSendEvent()
  const event = eventOfCurl(quickstart.curl)
  const answer = send.data && 'event_id' in send.data ? send.data : undefined
  return (
    <section className={`card ${classes.quickstart}`} aria-labelledby="quickstart">
      <div className={classes.head}>
        <div>
          <h2 id="quickstart">{t('home.quickstart', { type: quickstart.event_type })}</h2>
          <p className={classes.text}>{quickstart.api_key ? t('home.quickstart_text') : t('home.quickstart_no_key')}</p>
        </div>
        {event && maySend && (
          <Button
            leftSection={<IconSend size={14} aria-hidden />}
            loading={send.isPending}
            onClick={() => send.mutate({ body: event, key: freshKey() })}
          >
            {t('home.send')}
          </Button>
        )}
      </div>
      <div className={classes.code}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region needs focus to be scrolled by keys */}
        <pre tabIndex={0}>{quickstart.curl}</pre>
        <div className={classes.copy}>
          <CopyButton text={quickstart.curl} label={t('act.copy_curl')} />
        </div>
      </div>
      <div className={classes.answer} aria-live="polite">
        {answer && <Door door={doors.event(answer.event_id)}>{t('home.sent', { id: answer.event_id })}</Door>}
        {send.error && <span className={classes.error}>{errorSentence(send.error, t)}</span>}
      </div>
    </section>
  )
}
