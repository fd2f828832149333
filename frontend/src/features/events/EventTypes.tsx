import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Door } from '../../components/Door'
import { Time } from '../../components/Time'
import { doors } from '../../lib/doors'
import { usePermission } from '../../lib/session'
import { useSearchWords } from '../../lib/use-search'
import { eventTypesQuery, workflowTypesQuery } from './api'
import classes from './EventTypes.module.css'

/** Which types came in lately, how often and when last, and what each starts. */
export function EventTypes() {
  const { t, i18n } = useTranslation()
  const [search] = useSearchWords()
  const types = useQuery(eventTypesQuery)
  const workflows = useQuery(workflowTypesQuery)
  const mayWrite = usePermission('content:write')
  const rows = types.data?.rows ?? []
  if (rows.length === 0) return null
  const number = new Intl.NumberFormat(i18n.language)
  return (
    <section className={`card ${classes.all}`} aria-labelledby="event-types">
      <h2 id="event-types">{t('events.types')}</h2>
      <ul className={classes.list}>
        {rows.map(({ type, count, last_at }) => {
          const started = (workflows.data?.rows ?? []).filter((each) => each.event_type === type)
          return (
            <li key={type} className={classes.type} data-here={search.type === type || undefined}>
              <Door door={{ to: '/events', search: search.type === type ? {} : { type } }} className={classes.name}>
                {type}
              </Door>
              <span className={classes.dim}>
                {t('events.type_count', { count, shown: number.format(count) })} · <Time at={last_at} />
              </span>
              {started.map((each) => (
                <Door key={each.key} door={doors.workflow(each.key)}>
                  {each.name || each.key}
                </Door>
              ))}
              {started.length === 0 && workflows.data && mayWrite && (
                <Door door={doors.newWorkflow(type)}>{t('events.create_workflow')}</Door>
              )}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
