import type { TFunction } from 'i18next'
import type { Schema } from '../../lib/api'
import type { Rule } from './rule'

/** The name of a day of the week, from mon to sun. */
export function dayName(day: string, locale: string, weekday: 'short' | 'long' = 'short'): string {
  const place = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].indexOf(day)
  // The first of January 2024 was a Monday.
  return new Intl.DateTimeFormat(locale, { weekday, timeZone: 'UTC' }).format(Date.UTC(2024, 0, 1 + place))
}

export function monthName(month: number, locale: string, form: 'short' | 'long' = 'short'): string {
  return new Intl.DateTimeFormat(locale, { month: form, timeZone: 'UTC' }).format(Date.UTC(2024, month - 1, 1))
}

export function monthDay(day: number, t: TFunction): string {
  if (day > 0) return `${day}`
  return day === -1 ? t('schedules.last_day') : t('schedules.before_last', { count: -day - 1 })
}

const listed = (words: string[], locale: string) => new Intl.ListFormat(locale, { type: 'conjunction' }).format(words)

/** A rule as a person would say it. */
export function ruleWords(rule: Rule, t: TFunction, locale: string): string {
  const times = listed(rule.times ?? [], locale)
  const months = rule.months ?? []
  const days = listed(
    (rule.month_days ?? []).map((day) => monthDay(day, t)),
    locale,
  )
  const named = listed(
    months.map((month) => monthName(month, locale, 'long')),
    locale,
  )
  switch (rule.kind) {
    case 'once':
      return t('schedules.say_once', { at: (rule.at ?? '').replace('T', ' ').replace(/Z$/, ' UTC') })
    case 'every': {
      const { n = 0, unit = 'minute' } = rule.every ?? {}
      return t('schedules.say_every', { span: span(n, unit, locale) })
    }
    case 'daily':
      return t('schedules.say_daily', { times })
    case 'weekly':
      return t('schedules.say_weekly', {
        days: listed(
          (rule.weekdays ?? []).map((day) => dayName(day, locale)),
          locale,
        ),
        times,
      })
    case 'monthly':
      return months.length > 0
        ? t('schedules.say_yearly', { days, months: named, times })
        : t('schedules.say_monthly', { days, times })
    case 'yearly':
      return t('schedules.say_yearly', { days, months: named, times })
    case 'cron':
      return `cron ${rule.cron ?? ''}`
    case 'rrule':
      return rule.rrule ?? ''
  }
}

function span(n: number, unit: 'second' | 'minute' | 'hour', locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(n)
}

const wall = { timeZone: 'UTC' } as const

/** What the clock of the schedule's zone shows, such as "Mon, 23 Nov 2026, 09:00". */
export function localWords(local: string, locale: string): string {
  const seconds = local.slice(17, 19)
  return new Intl.DateTimeFormat(locale, {
    ...wall,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds && seconds !== '00' ? { second: '2-digit' } : {}),
    hourCycle: 'h23',
  }).format(new Date(`${local}Z`))
}

/** What clocks that are set forward or back do to a time, in a sentence. */
export function noteWords(
  { note, local }: Pick<Schema['ScheduleMoment'], 'note' | 'local'>,
  t: TFunction,
  locale: string,
): string {
  if (!note) return ''
  return t(`schedules.note_${note.code}`, {
    wall: note.wall.slice(11, 16),
    day: new Intl.DateTimeFormat(locale, { ...wall, dateStyle: 'long' }).format(new Date(`${note.wall}Z`)),
    at: local.slice(11, 16),
  })
}

/** Whose clocks count. */
export const zoneWords = (zone: string, t: TFunction): string =>
  zone === 'recipient' ? t('schedules.zone_each') : zone
