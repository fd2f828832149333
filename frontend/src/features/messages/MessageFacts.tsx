import { useTranslation } from 'react-i18next'
import { Door } from '../../components/Door'
import { Fact, Facts } from '../../components/Facts'
import { Id } from '../../components/Id'
import { Time } from '../../components/Time'
import type { Schema } from '../../lib/api'
import { doors } from '../../lib/doors'
import { useIntegrationName } from '../../lib/integrations'
import { personName, useCategoryName, useSourceName } from '../../lib/names'

/** All ids and settings of the message; each is copied, or leads to the list behind it. */
export function MessageFacts({ message }: { message: Schema['MessageView'] }) {
  const { t } = useTranslation()
  const nameOf = useIntegrationName()
  const sourceOf = useSourceName()
  const categoryOf = useCategoryName()
  const { template, workflow, category, source, recipient, integration } = message
  return (
    <Facts title={t('message.details')}>
      <Fact name={t('column.id')}>
        <Id id={message.id} />
      </Fact>
      <Fact name={t('message.event')}>
        <Id id={message.event_id} door={doors.event(message.event_id)} />
      </Fact>
      <Fact name={t('message.notification')}>
        <Id id={message.notification_id} door={doors.messages({ q: message.notification_id })} />
      </Fact>
      <Fact name={t('message.trace')}>
        <Id id={message.trace_id} door={doors.messages({ trace_id: message.trace_id })} />
      </Fact>
      {message.provider_message_id && (
        <Fact name={t('message.provider_id')}>
          <Id id={message.provider_message_id} />
        </Fact>
      )}
      <Fact name={t('column.recipient')}>
        <Door door={doors.messages({ recipient: recipient.id })}>{personName(recipient, message.address)}</Door>
      </Fact>
      {message.address && <Fact name={t('message.address')}>{message.address}</Fact>}
      {workflow && (
        <Fact name={t('column.workflow')}>
          <Door door={doors.messages({ workflow })}>{workflow}</Door>
        </Fact>
      )}
      {category && (
        <Fact name={t('column.category')}>
          <Door door={doors.messages({ category })}>{categoryOf(category)}</Door>
        </Fact>
      )}
      <Fact name={t('column.priority')}>
        {[t(`priority.${message.priority}`), message.critical ? t('message.critical') : ''].filter(Boolean).join(' · ')}
      </Fact>
      {source && (
        <Fact name={t('column.source')}>
          <Door door={doors.messages({ source })}>{sourceOf(source)}</Door>
        </Fact>
      )}
      {template.key && (
        <Fact name={t('message.template')}>
          <Door door={doors.messages({ template: template.key })}>{t('message.template_version', template)}</Door>
        </Fact>
      )}
      {integration && (
        <Fact name={t('column.integration')}>
          <Door door={doors.messages({ integration })}>{nameOf(integration)}</Door>
        </Fact>
      )}
      <Fact name={t('message.size')}>{size(message.size_bytes)}</Fact>
      <Fact name={t('column.created')}>
        <Time at={message.created_at} />
      </Fact>
      {message.status === 'held' && message.due_at && (
        <Fact name={t('message.held_until')}>
          {message.held_for === 'broadcast_paused' ? (
            t('message.held_by_broadcast')
          ) : (
            <>
              {message.held_for && `${t(`reason_short.${message.held_for}`)} · `}
              <Time at={message.due_at} />
            </>
          )}
        </Fact>
      )}
      {message.expires_at && (
        <Fact name={t('message.expires')}>
          <Time at={message.expires_at} />
        </Fact>
      )}
    </Facts>
  )
}

function size(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} kB`
}
