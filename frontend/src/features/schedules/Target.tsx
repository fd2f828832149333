import { useTranslation } from 'react-i18next'
import { Door } from '../../components/Door'
import { Fact, Facts } from '../../components/Facts'
import { doors } from '../../lib/doors'
import type { Schedule } from './api'
import classes from './Schedules.module.css'
import { aimOf } from './target'
import { kindWords } from './words'

/** What a schedule causes, and for whom: each name a door. */
export function Target({ schedule }: { schedule: Schedule }) {
  const { t } = useTranslation()
  const aim = aimOf(schedule.target)
  const people = aim.people.split(', ').filter(Boolean)
  return (
    <Facts title={t('schedules.causes')}>
      <Fact name={t('schedules.kind_of_target')}>{kindWords(aim.kind, t)}</Fact>
      <Fact name={t('schedules.event_type')}>
        {aim.type && <Door door={doors.workflow(aim.type)}>{aim.type}</Door>}
      </Fact>
      <Fact name={t('schedules.template')}>
        {aim.template && <Door door={doors.template(aim.template)}>{aim.template}</Door>}
      </Fact>
      <Fact name={t('schedules.target_report')}>{aim.report && <Door door={doors.reports()}>{aim.report}</Door>}</Fact>
      <Fact name={t('schedules.broadcast')}>
        {aim.broadcast && <Door door={doors.broadcast(aim.broadcast)}>{aim.broadcast}</Door>}
      </Fact>
      <Fact name={t('schedules.words_title')}>{aim.title}</Fact>
      <Fact name={t('schedules.words_body')}>{aim.body}</Fact>
      <Fact name={t('schedules.people')}>{people.length > 0 && <Names names={people} door={doors.recipient} />}</Fact>
      <Fact name={t('schedules.groups')}>
        {aim.groups.length > 0 && <Names names={aim.groups} door={doors.group} />}
      </Fact>
      <Fact name={t('schedules.segments')}>
        {aim.segments.length > 0 && <Names names={aim.segments} door={doors.segment} />}
      </Fact>
      <Fact name={t('schedules.data')}>
        {aim.data && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region needs focus to be scrolled by keys
          <pre className={classes.json} tabIndex={0}>
            {aim.data}
          </pre>
        )}
      </Fact>
    </Facts>
  )
}

function Names({ names, door }: { names: string[]; door: (name: string) => ReturnType<typeof doors.group> }) {
  return (
    <ul className={classes.names}>
      {names.map((name) => (
        <li key={name}>
          <Door door={door(name)}>{name}</Door>
        </li>
      ))}
    </ul>
  )
}
