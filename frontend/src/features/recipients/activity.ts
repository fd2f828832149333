import type { TFunction } from 'i18next'
import { activityDeeds } from '../../lib/activity-words'
import type { Schema } from '../../lib/api'
import { type Door, doors } from '../../lib/doors'
import { consentKinds, consentSources, isOneOf, skipReasons, statuses, suppressionReasons } from '../../lib/words'

export type Activity = Schema['RecipientActivity']

/** What happened, in a few words; a word of a newer server stands as it is. */
export function deedOf({ kind, what, channel }: Activity, t: TFunction): string {
  if (kind === 'message') return t('activity.message', { channel: t(`channel.${channel ?? 'email'}`) })
  if (kind === 'consent') return isOneOf(consentKinds, what) ? t(`consent_kind.${what}`) : what
  const deed = `${kind}_${what}`
  return isOneOf(activityDeeds, deed) ? t(`activity_deed.${deed}`) : what
}

/** What it was about: a workflow, a group, an address, and why. */
export function aboutOf(row: Activity, t: TFunction): string {
  const { kind, name, reason = '', channel, ref, what } = row
  if (kind === 'message' && reason) {
    return [name, isOneOf(skipReasons, reason) ? t(`reason_short.${reason}`) : reason].filter(Boolean).join(' · ')
  }
  if (kind === 'event') return reason && reason !== name ? `${name} → ${reason}` : (name ?? '')
  if (kind === 'consent') return isOneOf(consentSources, reason) ? t(`consent_source.${reason}`) : reason
  if (kind === 'suppression') {
    const why = isOneOf(suppressionReasons, reason) ? t(`suppression_reason.${reason}`) : reason
    return [name, channel && t(`channel.${channel}`), why].filter(Boolean).join(' · ')
  }
  if (kind === 'profile') return what === 'merged' ? ref : ''
  return name || (kind === 'import' || kind === 'group' ? ref : '')
}

/** The state of a message. */
export const statusOf = ({ kind, what }: Activity) => (kind === 'message' && isOneOf(statuses, what) ? what : undefined)

const own = ['created', 'merged', 'erased']

/** Where a line leads. What members did is in the audit log, for those who may read it. */
export function doorOf({ kind, ref, what }: Activity, person: string, mayAudit: boolean): Door {
  switch (kind) {
    case 'message':
    case 'inbox':
      return doors.message(ref)
    case 'event':
      return doors.event(ref)
    case 'consent':
      return doors.consent(Number(ref))
    case 'suppression':
      return doors.suppression(ref)
    case 'group':
      return doors.group(ref)
    case 'import':
      return what === 'imported' ? doors.recipientImport(ref) : doors.sync(ref)
    default:
      return own.includes(what) || !mayAudit ? doors.recipient(person) : doors.auditRecord(ref)
  }
}
