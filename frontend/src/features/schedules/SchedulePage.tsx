import { Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { CurlButton } from '../../components/CurlButton'
import { Fact, Facts } from '../../components/Facts'
import { Id } from '../../components/Id'
import { LiveMark } from '../../components/LiveMark'
import { PageHeader } from '../../components/PageHeader'
import { Moments } from '../../components/rule/Moments'
import { ruleWords, zoneWords } from '../../components/rule/words'
import { Time } from '../../components/Time'
import { usePolling } from '../../lib/live'
import { dayAndTime, useShownZone } from '../../lib/time'
import { useSearchWords } from '../../lib/use-search'
import { Actions } from './Actions'
import { nextQuery, type Schedule, scheduleQuery } from './api'
import { Fires } from './Fires'
import { ScheduleForm } from './ScheduleForm'
import classes from './Schedules.module.css'
import { StateChip } from './StateChip'
import { Target } from './Target'

export function SchedulePage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useQuery({ ...scheduleQuery(id), refetchInterval: usePolling() })
  return (
    <Answered of={query} page>
      {(schedule) => <Whole key={schedule.id} schedule={schedule} />}
    </Answered>
  )
}

/** One schedule: when it comes next, what came of it, and what it is set to. */
function Whole({ schedule }: { schedule: Schedule }) {
  const { t, i18n } = useTranslation()
  const [search, setSearch] = useSearchWords()
  const tab = search.tab === 'edit' ? 'edit' : 'story'
  return (
    <>
      <PageHeader
        title={schedule.name}
        intro={`${ruleWords(schedule.rule, t, i18n.language)} · ${zoneWords(schedule.zone, t)}`}
        mark={<StateChip state={schedule.state} />}
      >
        <LiveMark />
        <CurlButton path={`/v1/schedules/${schedule.id}`} />
        <Actions schedule={schedule} />
      </PageHeader>
      {schedule.reason && <p className={classes.bad}>{schedule.reason}</p>}
      <Tabs value={tab} onChange={(next) => setSearch(next === 'edit' ? { tab: 'edit' } : {})}>
        <Tabs.List mb="md" aria-label={schedule.name}>
          <Tabs.Tab value="story">{t('schedules.tab_story')}</Tabs.Tab>
          <Tabs.Tab value="edit">{t('schedules.tab_edit')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="story">{tab === 'story' && <Story schedule={schedule} />}</Tabs.Panel>
        <Tabs.Panel value="edit">{tab === 'edit' && <ScheduleForm schedule={schedule} />}</Tabs.Panel>
      </Tabs>
    </>
  )
}

function Story({ schedule }: { schedule: Schedule }) {
  const { t } = useTranslation()
  const next = useQuery(nextQuery(schedule.id, schedule.revision))
  return (
    <div className={classes.columns}>
      <div className={classes.column}>
        <section className={`card ${classes.card}`} aria-labelledby="schedule-next">
          <h2 id="schedule-next">{t('schedules.next_fires')}</h2>
          {schedule.state === 'paused' && <p className={classes.dim}>{t('schedules.next_paused')}</p>}
          <Answered of={next}>
            {(list) => (
              <Moments list={list} none={t(schedule.state === 'ended' ? 'schedules.over' : 'schedules.never')} />
            )}
          </Answered>
        </section>
        <Fires id={schedule.id} />
      </div>
      <div className={classes.column}>
        <Target schedule={schedule} />
        <Limits schedule={schedule} />
      </div>
    </div>
  )
}

function Limits({ schedule }: { schedule: Schedule }) {
  const { t, i18n } = useTranslation()
  useShownZone()
  const moment = (at: string | undefined) => at && dayAndTime(new Date(at), i18n.language)
  const { starts_at, ends_at, max_fires, except, fires, missed } = schedule
  const count = fires.toLocaleString(i18n.language)
  return (
    <Facts title={t('message.details')}>
      <Fact name={t('column.id')}>
        <Id id={schedule.id} />
      </Fact>
      <Fact name={t('schedules.fires')}>
        {max_fires ? t('schedules.fires_of', { count, most: max_fires.toLocaleString(i18n.language) }) : count}
      </Fact>
      <Fact name={t('schedules.last')}>{schedule.last_at && <Time at={schedule.last_at} />}</Fact>
      <Fact name={t('schedules.starts_at')}>{moment(starts_at)}</Fact>
      <Fact name={t('schedules.ends_at')}>{moment(ends_at)}</Fact>
      <Fact name={t('schedules.except')}>{except?.join(', ')}</Fact>
      <Fact name={t('schedules.missed')}>{t(`schedules.missed_${missed}`)}</Fact>
      <Fact name={t('schedules.by')}>{schedule.created_by}</Fact>
      <Fact name={t('column.created')}>
        <Time at={schedule.created_at} />
      </Fact>
    </Facts>
  )
}
