import {
  type Icon,
  IconCheck,
  IconCircleCheck,
  IconClock,
  IconPlayerPause,
  IconPlayerSkipForward,
  IconX,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Chip, type Tone } from '../../components/Chip'
import type { Fire, Schedule } from './api'

const looks: Record<Schedule['state'], [Tone, Icon]> = {
  active: ['good', IconCircleCheck],
  paused: ['warn', IconPlayerPause],
  ended: ['calm', IconCheck],
}

/** Where a schedule stands. */
export function StateChip({ state }: { state: Schedule['state'] }) {
  const { t } = useTranslation()
  const [tone, icon] = looks[state]
  return (
    <Chip tone={tone} icon={icon}>
      {t(`schedules.state_${state}`)}
    </Chip>
  )
}

const ends: Record<Fire['status'], [Tone, Icon]> = {
  due: ['busy', IconClock],
  fired: ['good', IconCheck],
  skipped: ['calm', IconPlayerSkipForward],
  failed: ['bad', IconX],
}

/** What became of a planned time. */
export function FireChip({ status }: { status: Fire['status'] }) {
  const { t } = useTranslation()
  const [tone, icon] = ends[status]
  return (
    <Chip tone={tone} icon={icon}>
      {t(`schedules.fire_${status}`)}
    </Chip>
  )
}
