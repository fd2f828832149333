import { IconAlertTriangle, IconCheck, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { Chip } from '../../components/Chip'
import { FormSection } from '../../components/form/FormPage'
import { Time } from '../../components/Time'
import { api, type Schema, unwrap } from '../../lib/api'
import classes from './Settings.module.css'

const looks = {
  ok: { tone: 'good', icon: IconCheck },
  degraded: { tone: 'warn', icon: IconAlertTriangle },
  failing: { tone: 'bad', icon: IconX },
} as const

/** What this process leans on, asked anew every ten seconds. */
export function Health() {
  const { t } = useTranslation()
  const ready = useQuery({
    queryKey: ['house', 'ready'] as const,
    refetchInterval: 10_000,
    queryFn: async ({ signal }): Promise<Schema['Readiness']> => {
      const call = await api.GET('/readyz', { signal })
      // 503 carries the same answer: which part fails is what is asked.
      const refused = call.error as { data?: Schema['Readiness'] } | undefined
      return refused?.data ?? unwrap(Promise.resolve(call))
    },
  })
  return (
    <FormSection title={t('settings.parts')} intro={t('settings.parts_text')}>
      <Answered of={ready}>
        {({ checks }) => (
          <dl className={classes.given}>
            {checks.map(({ name, state, waiting, waiting_since }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  <Chip tone={looks[state as keyof typeof looks].tone} icon={looks[state as keyof typeof looks].icon}>
                    {t(`part.${state as keyof typeof looks}`)}
                  </Chip>
                  {waiting !== undefined && <Behind events={waiting} since={waiting_since} />}
                </dd>
              </div>
            ))}
          </dl>
        )}
      </Answered>
    </FormSection>
  )
}

/** How far the copy for reports is behind what happened. */
function Behind({ events, since }: { events: number; since?: string }) {
  const { t } = useTranslation()
  if (!since || events === 0) return <span className="dim"> {t('settings.up_to_date')}</span>
  return (
    <span className="dim">
      {' '}
      {t('settings.behind', { count: events })} <Time at={since} />
    </span>
  )
}
