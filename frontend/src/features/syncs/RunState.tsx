import { IconBan, IconCircleCheck, IconClock, IconLoader2, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Chip, type Tone } from '../../components/Chip'
import { isOneOf } from '../../lib/words'
import { type Run, whys } from './draft'

const looks = {
  waiting: ['calm', IconClock],
  running: ['busy', IconLoader2],
  done: ['good', IconCircleCheck],
  failed: ['bad', IconX],
  cancelled: ['calm', IconBan],
} as const satisfies Record<Run['state'], readonly [Tone, typeof IconX]>

/** Where a run is. */
export function RunState({ state }: { state: Run['state'] }) {
  const { t } = useTranslation()
  const [tone, icon] = looks[state]
  return (
    <Chip tone={tone} icon={icon}>
      {t(`syncs.state_${state}`)}
    </Chip>
  )
}

/** Why a run failed: in a sentence where there is one, and in the words of the server. */
export function Why({ run }: { run: Run }) {
  const { t } = useTranslation()
  if (!run.error) return null
  return (
    <>
      {isOneOf(whys, run.code ?? '') && <strong>{t(`syncs.why_${run.code as (typeof whys)[number]}`)} </strong>}
      {run.error}
    </>
  )
}
