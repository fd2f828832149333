import {
  type Icon,
  IconArchive,
  IconCircleCheck,
  IconEye,
  IconPencil,
  IconRosetteDiscountCheck,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Stage } from '../lib/words'
import { Chip, type Tone } from './Chip'

const looks: Record<Stage, [Tone, Icon]> = {
  draft: ['calm', IconPencil],
  in_review: ['warn', IconEye],
  approved: ['busy', IconRosetteDiscountCheck],
  live: ['good', IconCircleCheck],
  retired: ['calm', IconArchive],
}

/** Where a version stands on its way to people. */
export function StageChip({ stage }: { stage: Stage }) {
  const { t } = useTranslation()
  const [tone, icon] = looks[stage]
  return (
    <Chip tone={tone} icon={icon}>
      {t(`stage.${stage}`)}
    </Chip>
  )
}
