import type { TFunction } from 'i18next'
import { ApiError, type Schema } from './api'
import { dayAndTime } from './time'
import { isOneOf, outcomes, skipReasons, statuses, timelineKinds } from './words'

/** What a person reads about one moment of a message: the sentence, and a remark in the vendor's own words. */
export interface Sentence {
  text: string
  remark?: string
}

/** An entry whose detail may be anything: its keys depend on the kind. */
export type TimelineEntry = Omit<Schema['TimelineEntry'], 'detail'> & { detail?: unknown }

/** What the words need beside the entry. */
export interface Names {
  language: string
  integrationName: (id: string) => string
}

/** The words of a timeline entry; kinds from a newer server fall back to their detail. */
export function sentenceOf(entry: TimelineEntry, t: TFunction, names: Names): Sentence {
  const told = facts(entry.detail, names)
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
  const { integration, until, next_attempt_at: at } = told
  const reason = reasonOf(told, t)
  const outcome = outcomeOf(told, t)
  switch (kind) {
    case 'held':
      return until ? t('timeline.held_until', { until }) : t('timeline.held')
    case 'sent':
      return integration ? t('timeline.sent_via', { integration }) : t('timeline.sent')
    case 'unknown':
      return integration ? t('timeline.unknown_via', { integration }) : t('timeline.unknown')
    case 'skipped':
      return reason ? t('timeline.skipped_because', { reason }) : t('timeline.skipped')
    case 'cancelled':
      return reason ? t('timeline.cancelled_because', { reason }) : t('timeline.cancelled')
    case 'attempt':
      return integration ? t('timeline.attempt_via', { integration, outcome }) : t('timeline.attempt', { outcome })
    case 'retry':
      return at ? t('timeline.retry_at', { at }) : t('timeline.retry')
    case 'failover':
      return integration ? t('timeline.failover_to', { integration }) : t('timeline.failover')
    case 'deferred':
      if (told.reason === 'breaker_open' || told.reason === 'claim_lost') return t(`timeline.deferred_${told.reason}`)
      return reason ? t('timeline.deferred_because', { reason }) : t('timeline.deferred')
    case 'receipt': {
      const status = told.status
      if (status && isOneOf(statuses, status) && told.attempt) {
        return t('timeline.receipt_earlier', { status: t(`status.${status}`), attempt: told.attempt })
      }
      return status && isOneOf(statuses, status)
        ? t('timeline.receipt_status', { status: t(`status.${status}`) })
        : t('timeline.receipt')
    }
    case 'recalled':
    case 'not_recalled':
      return [t(`timeline.${kind}`), told.detail].filter(Boolean).join(' ')
    case 'resent':
      return told.reason === 'ambiguous' ? t('timeline.resent_unsure') : t('timeline.resent')
    default:
      return t(`timeline.${kind}`)
  }
}

/** Reads the small object of an entry: plain words under the names the sentences use. */
function facts(detail: unknown, { language, integrationName }: Names): Facts {
  const told: Facts = {}
  if (typeof detail === 'string' && detail) told.detail = detail
  if (detail === null || typeof detail !== 'object') return told
  for (const [key, value] of Object.entries(detail)) {
    if (typeof value === 'string' || typeof value === 'number') told[key] = String(value)
  }
  // A failover names the next integration as `to`.
  const integration = told.to ?? told.integration
  if (integration) told.integration = integrationName(integration)
  for (const name of ['next_attempt_at', 'until']) {
    const moment = new Date(told[name] ?? '')
    if (!Number.isNaN(moment.getTime())) told[name] = dayAndTime(moment, language)
  }
  return told
}

function reasonOf(told: Facts, t: TFunction): string | undefined {
  const { reason } = told
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
