import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { CurlButton } from '../../components/CurlButton'
import { Door } from '../../components/Door'
import { PageHeader } from '../../components/PageHeader'
import { doors } from '../../lib/doors'
import { useMe, usePermission } from '../../lib/session'
import { useSearchWords } from '../../lib/use-search'
import { Actions } from './Actions'
import { type Broadcast, broadcastQuery, isEditable } from './api'
import classes from './Broadcasts.module.css'
import { Changes } from './Changes'
import { Checked } from './Checked'
import { Duplicate } from './Duplicate'
import { PlanFacts } from './Facts'
import { History } from './History'
import { Outcomes } from './Outcomes'
import { Progress } from './Progress'
import { Recall } from './Recall'
import { StateChip } from './StateChip'
import { Wizard } from './Wizard'

/** A broadcast that is not there yet. */
export function NewBroadcastPage() {
  const { t } = useTranslation()
  return (
    <>
      <PageHeader title={t('broadcasts.new')} intro={t('broadcasts.intro')} />
      <Wizard />
    </>
  )
}

export function BroadcastPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useQuery(broadcastQuery(id))
  return (
    <Answered of={query} page>
      {(found) => <One of={found} />}
    </Answered>
  )
}

/** One broadcast: steps while it is written, then what is decided on, then what becomes of it. */
function One({ of }: { of: Broadcast }) {
  const { t } = useTranslation()
  const writes = usePermission('notifications:write')
  const [{ edit }] = useSearchWords()
  const written = of.state === 'draft' || of.state === 'rejected'
  const writing = writes && (written || (edit !== undefined && isEditable(of.state)))
  return (
    <>
      <PageHeader title={of.name} intro={t(`broadcasts.hint_${of.state}`)} mark={<StateChip state={of.state} />}>
        <SagaLinks of={of} />
        <CurlButton path={`/v1/broadcasts/${of.id}`} />
        {writes && <Duplicate of={of} />}
        <Actions of={of} writing={writing} />
      </PageHeader>
      <div className={classes.page}>
        <Said of={of} writing={writing} />
        {of.event_id && <Progress of={of} />}
        {of.recall !== '' && <Recall of={of} />}
        {!writing && of.state === 'submitted' && <Changes of={of} />}
        {writing ? <Wizard of={of} /> : <PlanFacts of={of} />}
        {!of.event_id && !writing && <Checked of={of} />}
        {of.frozen && !writing && <Outcomes of={of} />}
        <History id={of.id} />
      </div>
    </>
  )
}

/** The ways to the timelines of the sagas that carry it. */
function SagaLinks({ of }: { of: Broadcast }) {
  const { t } = useTranslation()
  return (
    <>
      {of.saga_id && <Door door={doors.saga(of.saga_id)}>{t('broadcasts.saga')}</Door>}
      {of.recall_saga_id && <Door door={doors.saga(of.recall_saga_id)}>{t('broadcasts.recall_saga')}</Door>}
    </>
  )
}

/** What whoever looks has to know first. */
function Said({ of, writing }: { of: Broadcast; writing: boolean }) {
  const { t } = useTranslation()
  const mine = of.authors.includes(useMe()?.member.id ?? '')
  if (writing && of.state !== 'draft' && of.state !== 'rejected') {
    return <p className={classes.warn}>{t('broadcasts.edit_voids')}</p>
  }
  if (of.state === 'submitted' && !of.frozen) {
    return (
      <p role="status" className={classes.dim}>
        {t('broadcasts.freezing')}
      </p>
    )
  }
  if (of.state === 'submitted' && mine) return <p className={classes.dim}>{t('broadcasts.own')}</p>
  if (of.reason && !of.event_id) return <p className={classes.bad}>{of.reason}</p>
  return null
}
