import {
  type Icon,
  IconAlertTriangle,
  IconArrowBackUp,
  IconCircleCheck,
  IconHourglass,
  IconLoader2,
  IconRotate2,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Saga } from '../../lib/sagas'
import { Chip, type Tone } from '../Chip'

const looks: Record<Saga['state'], [Tone, Icon]> = {
  running: ['busy', IconLoader2],
  waiting: ['warn', IconHourglass],
  compensating: ['warn', IconRotate2],
  compensation_failed: ['bad', IconAlertTriangle],
  completed: ['good', IconCircleCheck],
  compensated: ['calm', IconArrowBackUp],
}

/** Where a saga stands. */
export function SagaStateChip({ state }: { state: Saga['state'] }) {
  const { t } = useTranslation()
  const [tone, icon] = looks[state]
  return (
    <Chip tone={tone} icon={icon}>
      {t(`sagas.state_${state}`)}
    </Chip>
  )
}
