import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { FormSection } from '../../components/form/FormPage'
import { Time } from '../../components/Time'
import { api, unwrap } from '../../lib/api'
import { Given } from './GivenSettings'
import classes from './Settings.module.css'

const retentionQuery = {
  queryKey: ['retention'] as const,
  queryFn: ({ signal }: { signal: AbortSignal }) => unwrap(api.GET('/v1/retention', { signal })),
}

/** For how long things are kept, what is older than that, and what has gone. The environment sets it. */
export function Retention() {
  const { t, i18n } = useTranslation()
  const query = useQuery(retentionQuery)
  const days = (count: number) => (count === 0 ? t('settings.keep_for_ever') : t('settings.keep_days', { count }))
  const shown = (n: number) => n.toLocaleString(i18n.language)
  return (
    <FormSection title={t('settings.retention')} intro={t('settings.retention_text')}>
      <Answered of={query}>
        {(kept) => (
          <>
            <dl className={classes.given}>
              <Given
                name={t('settings.keep_messages')}
                variable="CLARION_KEEP_MESSAGES"
                value={days(kept.keep_messages)}
              />
              <Given name={t('settings.keep_events')} variable="CLARION_KEEP_EVENTS" value={days(kept.keep_events)} />
              {kept.keep_messages + kept.keep_events > 0 && (
                <Given
                  name={t('settings.retention_due')}
                  value={t(kept.more ? 'settings.retention_due_more' : 'settings.retention_due_of', {
                    messages: shown(kept.messages),
                    events: shown(kept.events),
                  })}
                />
              )}
              <Given
                name={t('settings.retention_gone')}
                value={
                  kept.removed_until ? (
                    <>
                      {t('settings.retention_gone_until', { shown: shown(kept.removed) })}{' '}
                      <Time at={kept.removed_until} />
                    </>
                  ) : (
                    t('settings.retention_none')
                  )
                }
              />
              {kept.oldest && <Given name={t('settings.retention_oldest')} value={<Time at={kept.oldest} />} />}
            </dl>
            {kept.keep_messages + kept.keep_events > 0 && <p className="dim">{t('settings.retention_due_text')}</p>}
            {kept.behind > 0 && kept.keep_messages > 0 && (
              <p className="dim">{t('settings.retention_behind', { shown: shown(kept.behind) })}</p>
            )}
          </>
        )}
      </Answered>
    </FormSection>
  )
}
