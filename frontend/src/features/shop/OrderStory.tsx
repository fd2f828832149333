import { IconRoute } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { Door } from '../../components/Door'
import { State } from '../../components/States'
import { SagaActions } from '../../components/saga/SagaActions'
import { SagaStateChip } from '../../components/saga/SagaStateChip'
import { SagaSteps } from '../../components/saga/SagaSteps'
import { ApiError } from '../../lib/api'
import { doors } from '../../lib/doors'
import { usePolling } from '../../lib/live'
import { sagaQuery } from '../../lib/sagas'
import { orderQuery, type ShopOrderView } from './api'
import { Letters } from './Letters'
import { money } from './money'
import { OrderChip } from './OrderChip'
import classes from './ShopPage.module.css'

/** One order: its saga and what it made the hub tell people, side by side. */
export function OrderStory({ id, currency }: { id: string; currency: string }) {
  const query = useQuery({ ...orderQuery(id), refetchInterval: usePolling() })
  return <Answered of={query}>{(order) => <Story order={order} currency={currency} />}</Answered>
}

/** Sagas that ended long ago are removed, orders stay. */
const isGone = (error: Error | null) => error instanceof ApiError && error.type === 'not_found'

function Story({ order, currency }: { order: ShopOrderView; currency: string }) {
  const { t } = useTranslation()
  const saga = useQuery({ ...sagaQuery(order.saga_id), refetchInterval: usePolling() })
  return (
    <>
      <Head order={order} currency={currency} />
      <div className={classes.pair}>
        {isGone(saga.error) ? (
          <State icon={IconRoute} title={t('shop.saga_gone')} text={t('shop.saga_gone_text')} />
        ) : (
          <Answered of={saga}>{(found) => <SagaSteps saga={found} />}</Answered>
        )}
        <Letters order={order} />
      </div>
    </>
  )
}

function Head({ order, currency }: { order: ShopOrderView; currency: string }) {
  const { t, i18n } = useTranslation()
  const saga = useQuery(sagaQuery(order.saga_id)).data
  const { reservation, payment, shipment, tracking } = order
  return (
    <section className={`card ${classes.head}`} aria-labelledby="shop-order">
      <h2 id="shop-order">{t('shop.order', { number: order.number })}</h2>
      <OrderChip state={order.state} />
      {saga && <SagaStateChip state={saga.state} />}
      {saga && <Door door={doors.saga(order.saga_id)}>{t('shop.whole_saga')}</Door>}
      {saga && <SagaActions saga={saga} />}
      <dl className={classes.facts}>
        <Entry name={t('shop.customer')}>{order.customer}</Entry>
        <Entry name={t('shop.total')}>{money(order.total, currency, i18n.language)}</Entry>
        <Entry name={t('shop.reservation')}>{reservation && t(`shop.entry_${reservation}`)}</Entry>
        <Entry name={t('shop.payment')}>{payment && t(`shop.entry_${payment}`)}</Entry>
        <Entry name={t('shop.shipment')}>{shipment && [t(`shop.entry_${shipment}`), tracking].join(' ').trim()}</Entry>
        <Entry name={t('shop.reason')}>{order.reason}</Entry>
      </dl>
    </section>
  )
}

function Entry({ name, children }: { name: string; children: string }) {
  if (!children) return null
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
