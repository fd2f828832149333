import { type Icon, IconArrowBackUp, IconCheck, IconEye, IconPencilOff, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Chip, type Tone } from '../../components/Chip'
import type { ApprovalState } from '../../lib/words'

const looks: Record<ApprovalState, [Tone, Icon]> = {
  waiting: ['warn', IconEye],
  approved: ['good', IconCheck],
  rejected: ['bad', IconX],
  voided: ['calm', IconPencilOff],
  withdrawn: ['calm', IconArrowBackUp],
}

export function StateChip({ state }: { state: ApprovalState }) {
  const { t } = useTranslation()
  const [tone, icon] = looks[state]
  return (
    <Chip tone={tone} icon={icon}>
      {t(`approvals.state_${state}`)}
    </Chip>
  )
}
