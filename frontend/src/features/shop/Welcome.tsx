import { Button } from '@mantine/core'
import { IconCreditCardOff } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { sayFailed } from '../../lib/notify'
import { usePermission } from '../../lib/session'
import { type Shop, usePlaceOrder } from './api'
import classes from './ShopPage.module.css'

/** What the shop is for, and its story by one click. */
export function Welcome({ shop, onPlaced }: { shop: Shop; onPlaced: (order: string) => void }) {
  const { t } = useTranslation()
  const mayOrder = usePermission('events:write')
  const place = usePlaceOrder()
  const item = shop.books.stock[0]
  const tell = () =>
    item &&
    place.mutate(
      { customer: 'ada', lines: [{ item: item.id, quantity: 1 }], faults: { process_payment: 'refuse' } },
      { onSuccess: ({ id }) => onPlaced(id), onError: (error) => sayFailed(error, t) },
    )
  return (
    <section className={`card ${classes.card} ${classes.welcome}`} aria-labelledby="shop-story">
      <h2 id="shop-story">{t('shop.story')}</h2>
      <p>{t('shop.story_text')}</p>
      {mayOrder && (
        <Button leftSection={<IconCreditCardOff size={14} aria-hidden />} loading={place.isPending} onClick={tell}>
          {t('shop.story_start')}
        </Button>
      )}
    </section>
  )
}
