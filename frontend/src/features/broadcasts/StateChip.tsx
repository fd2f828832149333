import {
  IconArrowBackUp,
  IconBan,
  IconCircleCheck,
  IconClock,
  IconLoader2,
  IconPencil,
  IconPlayerPause,
  IconX,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Chip, type Tone } from '../../components/Chip'
import type { State } from './api'

const looks = {
  draft: ['calm', IconPencil],
  submitted: ['warn', IconClock],
  rejected: ['bad', IconArrowBackUp],
  approved: ['busy', IconCircleCheck],
  scheduled: ['busy', IconClock],
  sending: ['busy', IconLoader2],
  paused: ['warn', IconPlayerPause],
  completed: ['good', IconCircleCheck],
  cancelled: ['calm', IconBan],
  failed: ['bad', IconX],
} as const satisfies Record<State, readonly [Tone, typeof IconX]>

/** Where a broadcast stands. */
export function StateChip({ state }: { state: State }) {
  const { t } = useTranslation()
  const [tone, icon] = looks[state]
  return (
    <Chip tone={tone} icon={icon}>
      {t(`broadcasts.state_${state}`)}
    </Chip>
  )
}
