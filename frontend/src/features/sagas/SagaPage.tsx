import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { Door } from '../../components/Door'
import { Fact, Facts } from '../../components/Facts'
import { Id } from '../../components/Id'
import { LiveMark } from '../../components/LiveMark'
import { PageHeader } from '../../components/PageHeader'
import { SagaActions } from '../../components/saga/SagaActions'
import { SagaStateChip } from '../../components/saga/SagaStateChip'
import { SagaSteps } from '../../components/saga/SagaSteps'
import { SagaStory } from '../../components/saga/SagaStory'
import { faultText, sagaName } from '../../components/saga/step-words'
import { Time } from '../../components/Time'
import { doorOfId, doors } from '../../lib/doors'
import { usePolling } from '../../lib/live'
import { type SagaView, sagaQuery } from '../../lib/sagas'
import classes from './SagaPage.module.css'

export function SagaPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useQuery({ ...sagaQuery(id), refetchInterval: usePolling() })
  return (
    <Answered of={query} page>
      {(saga) => <Story saga={saga} />}
    </Answered>
  )
}

function Story({ saga }: { saga: SagaView }) {
  const { t } = useTranslation()
  const title = t('sagas.page_title', { name: sagaName(saga, t), title: saga.title || saga.ref })
  return (
    <>
      <PageHeader title={title} mark={<SagaStateChip state={saga.state} />}>
        <LiveMark />
        <SagaActions saga={saga} />
      </PageHeader>
      {saga.fault && <p className={classes.fault}>{faultText(saga.fault, t)}</p>}
      <div className={classes.columns}>
        <div className={classes.column}>
          <SagaSteps saga={saga} detailed />
          <SagaStory lines={saga.transitions} />
        </div>
        <SagaFacts saga={saga} />
      </div>
    </>
  )
}

function SagaFacts({ saga }: { saga: SagaView }) {
  const { t } = useTranslation()
  return (
    <Facts title={t('message.details')}>
      <Fact name={t('column.id')}>
        <Id id={saga.id} />
      </Fact>
      <Fact name={t('sagas.about')}>
        <Id id={saga.ref} door={doorOfId(saga.ref)} />
      </Fact>
      <Fact name={t('message.trace')}>
        {saga.trace_id && <Id id={saga.trace_id} door={doors.messages({ trace_id: saga.trace_id })} />}
      </Fact>
      <Fact name={t('sagas.caused')}>
        {saga.trace_id && <Door door={doors.messages({ trace_id: saga.trace_id })}>{t('sagas.its_messages')}</Door>}
      </Fact>
      <Fact name={t('sagas.waits_for')}>
        {saga.state === 'waiting' && saga.wait_kind && t(`sagas.wait_${saga.wait_kind}`)}
      </Fact>
      <Fact name={t('sagas.next')}>{saga.next_at && <Time at={saga.next_at} />}</Fact>
      <Fact name={t('sagas.started_by')}>{saga.started_by}</Fact>
      <Fact name={t('sagas.abandoned_by')}>{saga.abandoned_by}</Fact>
      <Fact name={t('column.created')}>
        <Time at={saga.created_at} />
      </Fact>
      <Fact name={t('sagas.ended')}>{saga.ended_at && <Time at={saga.ended_at} />}</Fact>
    </Facts>
  )
}
