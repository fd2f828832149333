import { IconCheck, IconClockOff, IconLock } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Chip } from '../../components/Chip'
import type { KeyState } from '../../lib/words'
import type { ApiKey } from './api'

/** Whether a key still opens the door. */
export function stateOf(key: ApiKey, now = Date.now()): KeyState {
  if (key.revoked_at) return 'revoked'
  return key.expires_at && new Date(key.expires_at).getTime() <= now ? 'expired' : 'live'
}

const looks = {
  live: { tone: 'good', icon: IconCheck },
  expired: { tone: 'calm', icon: IconClockOff },
  revoked: { tone: 'bad', icon: IconLock },
} as const

export function KeyStateChip({ of: key }: { of: ApiKey }) {
  const { t } = useTranslation()
  const state = stateOf(key)
  return <Chip {...looks[state]}>{t(`key_state.${state}`)}</Chip>
}
