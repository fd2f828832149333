import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { CurlButton } from '../../components/CurlButton'
import { PageHeader } from '../../components/PageHeader'
import { useMe, usePermission } from '../../lib/session'
import { Actions } from './Actions'
import { type Broadcast, broadcastQuery } from './api'
import classes from './Broadcasts.module.css'
import { Checked } from './Checked'
import { PlanFacts } from './Facts'
import { History } from './History'
import { Outcomes } from './Outcomes'
import { PlanForm } from './PlanForm'
import { Progress } from './Progress'
import { StateChip } from './StateChip'

/** A broadcast that is not there yet. */
export function NewBroadcastPage() {
  const { t } = useTranslation()
  return (
    <>
      <PageHeader title={t('broadcasts.new')} intro={t('broadcasts.intro')} />
      <PlanForm />
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

/** One broadcast: a form while it is written, then what is decided on, then what becomes of it. */
function One({ of }: { of: Broadcast }) {
  const { t } = useTranslation()
  const writes = usePermission('notifications:write')
  const written = of.state === 'draft' || of.state === 'rejected'
  return (
    <>
      <PageHeader title={of.name} intro={t(`broadcasts.hint_${of.state}`)} mark={<StateChip state={of.state} />}>
        <CurlButton path={`/v1/broadcasts/${of.id}`} />
        <Actions of={of} />
      </PageHeader>
      <div className={classes.page}>
        <Said of={of} />
        {of.event_id && <Progress of={of} />}
        {written && writes ? <PlanForm of={of} /> : <PlanFacts of={of} />}
        {!of.event_id && <Checked of={of} />}
        {of.frozen && of.event_id && <Outcomes id={of.id} />}
        <History id={of.id} />
      </div>
    </>
  )
}

/** What whoever looks has to know first. */
function Said({ of }: { of: Broadcast }) {
  const { t } = useTranslation()
  const mine = of.authors.includes(useMe()?.member.id ?? '')
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
