import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Door } from '../../components/Door'
import { Time } from '../../components/Time'
import type { Schema } from '../../lib/api'
import { doors } from '../../lib/doors'
import { usePermission } from '../../lib/session'
import { useSearchWords } from '../../lib/use-search'
import { eventTypesQuery, workflowTypesQuery } from './api'
import classes from './EventTypes.module.css'

/** So many are shown at first, the latest: more than fit without scrolling. */
const firstTypes = 40

type Workflow = Schema['WorkflowView']

/** Which types came in lately, how often and when last, and what each starts. */
export function EventTypes() {
  const { t, i18n } = useTranslation()
  const types = useQuery(eventTypesQuery)
  const workflows = useQuery(workflowTypesQuery)
  const [whole, setWhole] = useState(false)
  const started = useMemo(() => byType(workflows.data?.rows ?? []), [workflows.data])
  const rows = types.data?.rows ?? []
  if (rows.length === 0) return null
  const shown = new Intl.NumberFormat(i18n.language).format(rows.length)
  return (
    <section className={`card ${classes.all}`} aria-labelledby="event-types">
      <h2 id="event-types">{t('events.types')}</h2>
      <ul className={classes.list}>
        {(whole ? rows : rows.slice(0, firstTypes)).map((row) => (
          <TypeRow key={row.type} row={row} starts={workflows.data && (started.get(row.type) ?? [])} />
        ))}
      </ul>
      {rows.length > firstTypes && !whole && (
        <Button variant="subtle" size="compact-xs" mt={8} onClick={() => setWhole(true)}>
          {t('events.types_all', { shown })}
        </Button>
      )}
    </section>
  )
}

function byType(workflows: Workflow[]): Map<string, Workflow[]> {
  const all = new Map<string, Workflow[]>()
  for (const each of workflows) all.set(each.event_type, [...(all.get(each.event_type) ?? []), each])
  return all
}

interface RowProps {
  row: Schema['EventType']
  /** The workflows it starts; undefined as long as nobody knows. */
  starts: Workflow[] | undefined
}

function TypeRow({ row: { type, count, last_at }, starts }: RowProps) {
  const { t, i18n } = useTranslation()
  const [search] = useSearchWords()
  const mayWrite = usePermission('content:write')
  const shown = new Intl.NumberFormat(i18n.language).format(count)
  return (
    <li className={classes.type} data-here={search.type === type || undefined}>
      <Door door={{ to: '/events', search: search.type === type ? {} : { type } }} className={classes.name}>
        {type}
      </Door>
      <span className={classes.dim}>
        {t('events.type_count', { count, shown })} · <Time at={last_at} />
      </span>
      {starts?.map((each) => (
        <Door key={each.key} door={doors.workflow(each.key)}>
          {each.name || each.key}
        </Door>
      ))}
      {starts?.length === 0 && mayWrite && <Door door={doors.newWorkflow(type)}>{t('events.create_workflow')}</Door>}
    </li>
  )
}
