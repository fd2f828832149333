import { IconBan, IconCircleCheck, IconClock, IconLoader2, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Chip, type Tone } from '../../components/Chip'
import type { Import } from '../../lib/imports'

const looks = {
  uploading: ['calm', IconClock],
  checking: ['busy', IconLoader2],
  checked: ['warn', IconClock],
  running: ['busy', IconLoader2],
  closing: ['busy', IconLoader2],
  done: ['good', IconCircleCheck],
  cancelled: ['calm', IconBan],
  failed: ['bad', IconX],
} as const satisfies Record<Import['state'], readonly [Tone, typeof IconX]>

/** Where an import is. */
export function StateChip({ state }: { state: Import['state'] }) {
  const { t } = useTranslation()
  const [tone, icon] = looks[state]
  return (
    <Chip tone={tone} icon={icon}>
      {t(`imports.state_${state}`)}
    </Chip>
  )
}
