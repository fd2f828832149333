import type { Tone } from '../../components/Chip'

const tones: Record<string, Tone> = {
  sent: 'good',
  delivered: 'good',
  failed: 'bad',
  complained: 'bad',
  unknown: 'warn',
  expired: 'warn',
  retry: 'warn',
  failover: 'warn',
  deferred: 'warn',
  unsubscribed: 'warn',
}

/** The colour of a moment's dot; the sentence says the same in words. */
export function toneOf(kind: string): Tone {
  return tones[kind] ?? 'calm'
}
