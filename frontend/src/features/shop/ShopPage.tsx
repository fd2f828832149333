import { IconBuildingStore } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { LiveMark } from '../../components/LiveMark'
import { PageHeader } from '../../components/PageHeader'
import { State } from '../../components/States'
import { ApiError } from '../../lib/api'
import { usePolling } from '../../lib/live'
import { usePermission } from '../../lib/session'
import { useSearchWords } from '../../lib/use-search'
import { shopQuery } from './api'
import { Books } from './Books'
import { OrderForm } from './OrderForm'
import { OrderStory } from './OrderStory'
import { Orders } from './Orders'
import { Services } from './Services'
import classes from './ShopPage.module.css'
import { Welcome } from './Welcome'

/** The sample shop: an order, the saga it walks through, and the messages it causes, side by side. */
export function ShopPage() {
  const { t } = useTranslation()
  const [search, setSearch] = useSearchWords()
  const query = useQuery({ ...shopQuery, refetchInterval: usePolling() })
  const mayOrder = usePermission('events:write')
  const show = (order: string) => setSearch({ ...search, order })
  if (query.error instanceof ApiError && query.error.type === 'not_found') {
    return <State icon={IconBuildingStore} page title={t('shop.closed')} text={t('shop.closed_text')} />
  }
  return (
    <>
      <PageHeader title={t('shop.title')} intro={t('shop.intro')}>
        <LiveMark />
      </PageHeader>
      <Answered of={query} page>
        {(shop) => (
          <div className={classes.columns}>
            <div className={classes.column}>
              {mayOrder && <OrderForm shop={shop} onPlaced={show} />}
              <Orders currency={shop.currency} chosen={search.order} onChoose={show} />
              <Services shop={shop} />
            </div>
            <div className={classes.column}>
              {search.order ? (
                <OrderStory key={search.order} id={search.order} currency={shop.currency} />
              ) : (
                <Welcome onPlaced={show} shop={shop} />
              )}
              <Books shop={shop} />
            </div>
          </div>
        )}
      </Answered>
    </>
  )
}
