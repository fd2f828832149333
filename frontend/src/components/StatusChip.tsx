import {
  type Icon,
  IconArrowUpRight,
  IconBan,
  IconCheck,
  IconClockPause,
  IconFlask,
  IconHourglassEmpty,
  IconHourglassOff,
  IconLoader2,
  IconMinus,
  IconQuestionMark,
  IconX,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../lib/api'
import type { Outcome, Status } from '../lib/words'
import { Chip, type Tone } from './Chip'

const looks: Record<Status, [Tone, Icon]> = {
  held: ['calm', IconClockPause],
  queued: ['busy', IconHourglassEmpty],
  sending: ['busy', IconLoader2],
  sent: ['good', IconArrowUpRight],
  delivered: ['good', IconCheck],
  failed: ['bad', IconX],
  skipped: ['calm', IconMinus],
  expired: ['warn', IconHourglassOff],
  cancelled: ['calm', IconBan],
  unknown: ['warn', IconQuestionMark],
}

export function StatusChip({ status }: { status: Status }) {
  const { t } = useTranslation()
  const [tone, icon] = looks[status] ?? looks.unknown
  return (
    <Chip tone={tone} icon={icon} title={t(`status_hint.${status}`)}>
      {t(`status.${status}`)}
    </Chip>
  )
}

const eventLooks: Record<Schema['EventStatus'], [Tone, Icon]> = {
  held: ['calm', IconClockPause],
  accepted: ['busy', IconHourglassEmpty],
  dispatched: ['good', IconCheck],
  cancelled: ['calm', IconBan],
  failed: ['bad', IconX],
}

export function EventStatusChip({ status }: { status: Schema['EventStatus'] }) {
  const { t } = useTranslation()
  const [tone, icon] = eventLooks[status]
  return (
    <Chip tone={tone} icon={icon}>
      {t(`event_status.${status}`)}
    </Chip>
  )
}

/** Marks what comes of a test run: it went to sandbox integrations only. */
export function TestChip() {
  const { t } = useTranslation()
  return (
    <Chip tone="warn" icon={IconFlask} title={t('message.test_hint')}>
      {t('message.test')}
    </Chip>
  )
}

const outcomeTones: Record<Outcome, Tone> = {
  ok: 'good',
  invalid_recipient: 'bad',
  recipient_blocked: 'bad',
  content_rejected: 'bad',
  auth_config: 'bad',
  rate_limited: 'warn',
  temporary: 'warn',
  ambiguous: 'warn',
  interrupted: 'warn',
}

/** How one attempt ended; without an outcome it is under way. */
export function OutcomeChip({ outcome }: { outcome: Outcome | null | undefined }) {
  const { t } = useTranslation()
  if (!outcome) {
    return (
      <Chip tone="busy" icon={IconLoader2}>
        {t('outcome.none')}
      </Chip>
    )
  }
  const tone = outcomeTones[outcome] ?? 'warn'
  const icon = { good: IconCheck, bad: IconX, warn: IconQuestionMark, calm: IconMinus, busy: IconLoader2 }[tone]
  return (
    <Chip tone={tone} icon={icon}>
      {t(`outcome.${outcome}`)}
    </Chip>
  )
}
