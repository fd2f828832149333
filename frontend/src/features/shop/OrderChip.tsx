import { type Icon, IconBan, IconCheck, IconCircleCheck, IconClock, IconShoppingCart, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Chip, type Tone } from '../../components/Chip'
import type { ShopOrder } from './api'

const looks: Record<ShopOrder['state'], [Tone, Icon]> = {
  placed: ['calm', IconClock],
  created: ['busy', IconShoppingCart],
  confirmed: ['busy', IconCheck],
  completed: ['good', IconCircleCheck],
  cancelled: ['bad', IconX],
  refused: ['bad', IconBan],
}

/** Where an order stands in the order service's book. */
export function OrderChip({ state }: { state: ShopOrder['state'] }) {
  const { t } = useTranslation()
  const [tone, icon] = looks[state]
  return (
    <Chip tone={tone} icon={icon}>
      {t(`shop.state_${state}`)}
    </Chip>
  )
}
