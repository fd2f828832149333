import { IconAlertTriangle, IconScale } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Chip } from '../../components/Chip'
import type { Shop } from './api'
import { money, named } from './money'
import classes from './ShopPage.module.css'

/** Stock, money and shipments, and whether they add up. */
export function Books({ shop }: { shop: Shop }) {
  const { t, i18n } = useTranslation()
  const { books, currency } = shop
  const sum = (hundredths: number) => money(hundredths, currency, i18n.language)
  const count = (number: number) => number.toLocaleString(i18n.language)
  return (
    <section className={`card ${classes.card}`} aria-labelledby="shop-books">
      <div className={classes.letterHead}>
        <h2 id="shop-books">{t('shop.books')}</h2>
        <Chip tone={books.balanced ? 'good' : 'bad'} icon={books.balanced ? IconScale : IconAlertTriangle}>
          {books.balanced ? t('shop.balanced') : t('shop.unbalanced')}
        </Chip>
      </div>
      {books.wrong.map((line) => (
        <p key={line} className={classes.bad}>
          {line}
        </p>
      ))}
      <div className={classes.books}>
        <Stock shop={shop} />
        <Sums
          title={t('shop.money')}
          rows={[
            [t('shop.refunded'), sum(books.money.refunded)],
            [t('shop.earned'), sum(books.money.earned)],
            [t('shop.held'), sum(books.money.held)],
          ]}
          sum={[t('shop.charged'), sum(books.money.charged)]}
        />
        <Sums
          title={t('shop.orders')}
          rows={[
            [t('shop.open'), count(books.orders.open)],
            [t('shop.completed'), count(books.orders.completed)],
            [t('shop.cancelled'), count(books.orders.cancelled + books.orders.refused)],
          ]}
          sum={[t('shop.dispatched'), count(books.shipments.dispatched)]}
        />
      </div>
    </section>
  )
}

function Stock({ shop }: { shop: Shop }) {
  const { t, i18n } = useTranslation()
  return (
    <table className={`${classes.table} ${classes.stock}`}>
      <thead className={classes.heads}>
        <tr>
          <th scope="col">{t('shop.stock')}</th>
          <th scope="col">{t('shop.available')}</th>
          <th scope="col">{t('shop.reserved')}</th>
          <th scope="col">{t('shop.sold')}</th>
          <th scope="col">{t('shop.stocked')}</th>
        </tr>
      </thead>
      <tbody>
        {shop.books.stock.map((item) => (
          <tr key={item.id}>
            <th scope="row">{named(item.names, i18n.language, item.id)}</th>
            {[item.available, item.reserved, item.sold, item.stocked].map((number, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the columns stay where they are
              <td key={place}>{number.toLocaleString(i18n.language)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

interface SumsProps {
  title: string
  rows: [string, string][]
  sum: [string, string]
}

function Sums({ title, rows, sum }: SumsProps) {
  return (
    <table className={classes.table}>
      <thead className={classes.heads}>
        <tr>
          <th scope="col" colSpan={2}>
            {title}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{value}</td>
          </tr>
        ))}
        <tr className={classes.sum}>
          <th scope="row">{sum[0]}</th>
          <td>{sum[1]}</td>
        </tr>
      </tbody>
    </table>
  )
}
