import type { TFunction } from 'i18next'
import { ApiError, type Schema } from './api'
import { dayAndTime } from './time'
import { isOneOf, outcomes, skipReasons, statuses, timelineKinds } from './words'

/** What a person reads about one moment of a message: the sentence, and a remark in the vendor's own words. */
export interface Sentence {
  text: string
  remark?: string
}

/** The words of a timeline entry; kinds from a newer server fall back to their detail. */
export function sentenceOf(entry: Schema['TimelineEntry'], t: TFunction, language: string): Sentence {
  const told = facts(entry.detail, language)
  const remark = remarkOf(told, t)
  const { kind } = entry
  if (!isOneOf(timelineKinds, kind)) {
    return { text: t('timeline.other', { kind: kind.replaceAll('_', ' ') }), remark: remark ?? plain(entry.detail) }
  }
  return { text: textOf(kind, told, t), ...(remark ? { remark } : {}) }
}

type Kind = (typeof timelineKinds)[number]
type Facts = Record<string, string>

function textOf(kind: Kind, told: Facts, t: TFunction): string {
  const { integration, template, version, locale, until, at, by, number } = told
  const reason = reasonOf(told, t)
  const outcome = outcomeOf(told, t)
  switch (kind) {
    case 'created':
      return template && version
        ? t('timeline.created_from', { template, version, locale: locale ?? '–' })
        : t('timeline.created')
    case 'held':
      return until ? t('timeline.held_until', { until }) : t('timeline.held')
    case 'sending':
      return integration ? t('timeline.sending_via', { integration }) : t('timeline.sending')
    case 'sent':
      return integration ? t('timeline.sent_via', { integration }) : t('timeline.sent')
    case 'unknown':
      return integration ? t('timeline.unknown_via', { integration }) : t('timeline.unknown')
    case 'skipped':
      return reason ? t('timeline.skipped_because', { reason }) : t('timeline.skipped')
    case 'cancelled':
      return reason ? t('timeline.cancelled_because', { reason }) : t('timeline.cancelled')
    case 'attempt':
      if (integration && number) return t('timeline.attempt_number', { number, integration, outcome })
      return integration ? t('timeline.attempt_via', { integration, outcome }) : t('timeline.attempt', { outcome })
    case 'retry':
      return at ? t('timeline.retry_at', { at }) : t('timeline.retry')
    case 'failover':
      return integration ? t('timeline.failover_to', { integration }) : t('timeline.failover')
    case 'deferred':
      return reason ? t('timeline.deferred_because', { reason }) : t('timeline.deferred')
    case 'receipt': {
      const status = told.status
      return status && isOneOf(statuses, status)
        ? t('timeline.receipt_status', { status: t(`status.${status}`) })
        : t('timeline.receipt')
    }
    case 'resent':
      return by ? t('timeline.resent_by', { by }) : t('timeline.resent')
    default:
      return t(`timeline.${kind}`)
  }
}

/** Reads the small object of an entry under the names it may have. */
function facts(detail: unknown, language: string): Facts {
  const told: Facts = {}
  if (detail === null || typeof detail !== 'object') return typeof detail === 'string' && detail ? { detail } : told
  for (const [key, value] of Object.entries(detail)) {
    if (typeof value === 'string' || typeof value === 'number') told[key] = String(value)
  }
  const template = (detail as { template?: unknown }).template
  if (template !== null && typeof template === 'object') {
    const ref = template as Record<string, unknown>
    if (ref.key) told.template = String(ref.key)
    if (ref.version) told.version = String(ref.version)
    if (ref.locale) told.locale = String(ref.locale)
  }
  const alias = (name: string, others: string[]) => {
    const found = [name, ...others].map((other) => told[other]).find((value) => value)
    if (found) told[name] = found
  }
  alias('integration', ['to_integration', 'next'])
  alias('code', ['error_code'])
  alias('at', ['next_attempt_at', 'due_at', 'until'])
  alias('until', ['due_at', 'at'])
  alias('detail', ['error_detail'])
  for (const name of ['at', 'until']) {
    const moment = new Date(told[name] ?? '')
    if (!Number.isNaN(moment.getTime())) told[name] = dayAndTime(moment, language)
  }
  return told
}

function reasonOf(told: Facts, t: TFunction): string | undefined {
  const reason = told.reason ?? told.skip_reason
  if (!reason) return undefined
  return isOneOf(skipReasons, reason) ? t(`reason.${reason}`) : reason.replaceAll('_', ' ')
}

function outcomeOf(told: Facts, t: TFunction): string {
  const { outcome } = told
  if (!outcome) return t('outcome.none')
  return isOneOf(outcomes, outcome) ? t(`outcome.${outcome}`) : outcome
}

function remarkOf(told: Facts, t: TFunction): string | undefined {
  const parts = [told.detail, told.code ? t('timeline.code', { code: told.code }) : undefined].filter(Boolean)
  return parts.length > 0 ? parts.join(' · ') : undefined
}

function plain(detail: unknown): string {
  return detail === undefined || detail === null ? '' : JSON.stringify(detail)
}

/** An error as a person reads it. Field faults come in the server's words: they name the field. */
export function errorSentence(error: Error, t: TFunction): string {
  if (!(error instanceof ApiError)) return error.message
  const sentence = t(`error.${error.type}`)
  const faults = error.fields.map((fault) => fault.detail).join(' ')
  return faults ? `${sentence} ${faults}` : sentence
}
