import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { ContentView } from '../../components/content/ContentView'
import { PageHeader } from '../../components/PageHeader'
import { StatusChip, TestChip } from '../../components/StatusChip'
import type { Schema } from '../../lib/api'
import { usePolling } from '../../lib/live'
import { personName } from '../../lib/names'
import { Actions } from './Actions'
import { Attempts } from './Attempts'
import { messageQuery } from './api'
import { Decisions } from './Decisions'
import { MessageFacts } from './MessageFacts'
import classes from './MessagePage.module.css'
import { Siblings } from './Siblings'
import { Timeline } from './Timeline'

export function MessagePage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useQuery({ ...messageQuery(id), refetchInterval: usePolling() })
  return (
    <Answered of={query} page>
      {(message) => <Story message={message} />}
    </Answered>
  )
}

function Story({ message }: { message: Schema['MessageView'] }) {
  const { t } = useTranslation()
  const title = t('message.title', {
    workflow: message.workflow || message.template.key || t(`channel.${message.channel}`),
    recipient: personName(message.recipient, message.address),
  })
  return (
    <>
      <PageHeader
        title={title}
        mark={
          <>
            <StatusChip status={message.status} />
            {message.test && <TestChip />}
          </>
        }
      >
        <Actions message={message} />
      </PageHeader>
      <Siblings message={message} />
      <div className={classes.columns}>
        <div className={classes.column}>
          <Timeline message={message} />
          <Attempts message={message} />
          <Decisions message={message} />
        </div>
        <div className={classes.column}>
          <Content message={message} />
          <MessageFacts message={message} />
        </div>
      </div>
    </>
  )
}

function Content({ message }: { message: Schema['MessageView'] }) {
  const { t } = useTranslation()
  const redacted = message.timeline.some((entry) => entry.kind === 'redacted')
  const confidential = message.source === 'clarion.confidential'
  const empty = Object.values(message.content).every((value) => !value)
  return (
    <section className="card" aria-labelledby="content">
      <h2 id="content" className={classes.head}>
        {t('message.content')}
      </h2>
      {empty || redacted ? (
        <p className={classes.none}>
          {redacted
            ? t('message.content_gone')
            : confidential
              ? t('message.content_confidential')
              : t('message.content_none')}
        </p>
      ) : (
        <ContentView
          content={{
            ...message.content,
            channel: message.channel,
            to: message.address,
            at: message.sent_at ?? message.created_at,
          }}
        />
      )}
    </section>
  )
}
