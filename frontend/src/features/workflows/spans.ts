import type { TFunction } from 'i18next'

export const units = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const
export type Unit = keyof typeof units

/** The largest unit in which a span is a whole number. */
export function unitOf(seconds: number): Unit {
  if (seconds === 0) return 'minutes'
  for (const unit of ['days', 'hours', 'minutes'] as const) {
    if (seconds % units[unit] === 0) return unit
  }
  return 'seconds'
}

const words = {
  seconds: 'workflows.span_seconds',
  minutes: 'workflows.span_minutes',
  hours: 'workflows.span_hours',
  days: 'workflows.span_days',
} as const

/** A span in words: 90 seconds, 5 minutes, 2 days. */
export function spanOf(seconds: number, t: TFunction): string {
  const unit = unitOf(seconds)
  return t(words[unit], { count: seconds / units[unit] })
}
