import type { Schema } from './api'
import { all } from './words'

export const faultKinds = all<Schema['Fault']['fault']>()([
  'none',
  'status',
  'rate_limit',
  'hang',
  'reset',
  'timeout_after_accept',
  'bad_json',
  'bounce',
  'undelivered',
  'invalid_recipient',
  'recipient_blocked',
  'content_rejected',
  'auth_config',
  'temporary',
  'partial_success',
  'ok_with_error',
  'no_id',
  'wrong_content_type',
  'hang_mid_body',
  'reset_mid_body',
  'slow_body',
  'huge_body',
  'redirect',
])
export type FaultKind = Schema['Fault']['fault']

export const retryForms = all<NonNullable<Schema['Fault']['retry_after_form']>>()([
  'seconds',
  'date',
  'date_passed',
  'negative',
  'years',
  'words',
])

/** What a vendor may do with its callbacks, on or off. */
export const callbackTricks = [
  'shuffle',
  'drop',
  'before_answer',
  'unknown_fields',
  'unknown_status',
] as const satisfies readonly (keyof Schema['FaultCallback'])[]
