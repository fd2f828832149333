import type { Schema } from '../../lib/api'

export type Rule = Schema['ScheduleRule']

export const kinds = ['once', 'every', 'daily', 'weekly', 'monthly', 'yearly', 'cron', 'rrule'] as const
export type Kind = (typeof kinds)[number]
export const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export const units = ['second', 'minute', 'hour'] as const

/** A rule while it is being written: what was typed for one kind stays when another is looked at. */
export interface RuleDraft {
  kind: Kind
  at: string
  n: number
  unit: (typeof units)[number]
  times: string[]
  weekdays: string[]
  month_days: string[]
  months: string[]
  cron: string
  rrule: string
  zone: string
}

/** What each part of the form of a rule is given. */
export interface RulePart {
  draft: RuleDraft
  change: (part: Partial<RuleDraft>) => void
  fault: (path: string) => string | undefined
  disabled: boolean
}

/** A rule that is not there yet: a morning of every week, as most are. */
export const blankRule = (zone: string): RuleDraft => ({
  kind: 'weekly',
  at: '',
  n: 30,
  unit: 'minute',
  times: ['09:00'],
  weekdays: ['mon'],
  month_days: ['1'],
  months: ['1'],
  cron: '0 9 * * mon-fri',
  rrule: 'FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=9;BYMINUTE=0;BYSECOND=0',
  zone,
})

export function ruleDraftOf(rule: Rule, zone: string): RuleDraft {
  const empty = blankRule(zone)
  return {
    kind: rule.kind,
    at: wallOf(rule.at ?? '', zone),
    n: rule.every?.n ?? empty.n,
    unit: rule.every?.unit ?? empty.unit,
    times: rule.times?.map(shortClock) ?? empty.times,
    weekdays: rule.weekdays ?? empty.weekdays,
    month_days: rule.month_days?.map(String) ?? empty.month_days,
    months: rule.months?.map(String) ?? (rule.kind === 'monthly' ? [] : empty.months),
    cron: rule.cron ?? empty.cron,
    rrule: rule.rrule ?? empty.rrule,
    zone,
  }
}

/** A time field wants no seconds where there are none. */
const shortClock = (time: string) => time.replace(/^(\d\d:\d\d):00$/, '$1')

/** What the clocks of a zone show at a moment; a time without an offset is that already. */
export function wallOf(at: string, zone: string): string {
  if (!/(Z|[+-]\d\d:\d\d)$/.test(at)) return at.slice(0, 16)
  const parts = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: zone })
  return parts.format(new Date(at)).replace(' ', 'T')
}

export function ruleOf(draft: RuleDraft): Rule {
  const { kind, times } = draft
  switch (kind) {
    case 'once':
      return { kind, at: draft.at }
    case 'every':
      return { kind, every: { n: draft.n, unit: draft.unit } }
    case 'daily':
      return { kind, times }
    case 'weekly':
      return { kind, times, weekdays: days.filter((day) => draft.weekdays.includes(day)) }
    case 'monthly':
    case 'yearly': {
      const months = draft.months.map(Number).sort((a, b) => a - b)
      return { kind, times, month_days: draft.month_days.map(Number), ...(months.length > 0 ? { months } : {}) }
    }
    case 'cron':
      return { kind, cron: draft.cron.trim() }
    case 'rrule':
      return { kind, rrule: draft.rrule.trim() }
  }
}
