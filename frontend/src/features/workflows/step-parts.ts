import type { Schema } from '../../lib/api'

export type Delay = Schema['Delay']
export type DayWindow = Schema['DayWindow']
export type Digest = Schema['Digest']
export type Throttle = Schema['Throttle']
export type Arm = Schema['Arm']
export type Wait = Schema['Wait']
export type CancelOn = Schema['CancelOn']

export const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export const signals = [
  'delivered',
  'seen',
  'read',
  'opened',
  'clicked',
] as const satisfies readonly Wait['for'][number][]
