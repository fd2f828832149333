import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { usePolling } from '../../lib/live'
import { ordersQuery } from './api'
import { money } from './money'
import { OrderChip } from './OrderChip'
import classes from './ShopPage.module.css'

interface Props {
  currency: string
  chosen: string | undefined
  onChoose: (order: string) => void
}

/** The latest orders; each can be watched. */
export function Orders({ currency, chosen, onChoose }: Props) {
  const { t, i18n } = useTranslation()
  const query = useQuery({ ...ordersQuery, refetchInterval: usePolling() })
  return (
    <section className={`card ${classes.card}`} aria-labelledby="shop-orders">
      <h2 id="shop-orders">{t('shop.orders')}</h2>
      <Answered of={query}>
        {({ rows }) => (
          <>
            {rows.length === 0 && <p className={classes.dim}>{t('shop.orders_none')}</p>}
            <ul className={classes.orders}>
              {rows.map(({ id, number, customer, total, state }) => (
                <li key={id}>
                  <button
                    type="button"
                    className={classes.order}
                    aria-current={chosen === id}
                    onClick={() => onChoose(id)}
                  >
                    <b>{number}</b>
                    <span className={classes.dim}>
                      {customer} · {money(total, currency, i18n.language)}
                    </span>
                    <OrderChip state={state} />
                  </button>
                </li>
              ))}
            </ul>
          </>
        )}
      </Answered>
    </section>
  )
}
