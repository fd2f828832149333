import type { components } from './api-schema.gen'

type Schema = components['schemas']

/** A list that must name every word of T: one the server adds and the pages forget does not compile. */
export const all =
  <T extends string>() =>
  <const L extends readonly T[]>(list: [T] extends [L[number]] ? L : never): L =>
    list

/** The closed lists of the house, in the order the pages show them. */
export const statuses = all<Schema['Status']>()([
  'held',
  'queued',
  'sending',
  'sent',
  'delivered',
  'failed',
  'skipped',
  'expired',
  'cancelled',
  'unknown',
])
export type Status = Schema['Status']

export const channels = all<Schema['Channel']>()([
  'email',
  'sms',
  'push',
  'slack',
  'in_app',
  'webhook',
  'whatsapp',
  'telegram',
  'wechat',
  'wecom',
  'dingtalk',
  'feishu',
])
export type Channel = Schema['Channel']

export const stages = all<Schema['Stage']>()(['draft', 'in_review', 'approved', 'live', 'retired'])
export type Stage = Schema['Stage']

export const approvalKinds = all<Schema['ApprovalKind']>()(['template', 'workflow', 'layout', 'partial', 'broadcast'])
export type ApprovalKind = Schema['ApprovalKind']

export const approvalStates = all<Schema['ApprovalState']>()(['waiting', 'approved', 'rejected', 'voided', 'withdrawn'])
export type ApprovalState = Schema['ApprovalState']

export const priorities = all<Schema['Priority']>()(['high', 'medium', 'low'])
export type Priority = Schema['Priority']

export const skipReasons = all<Schema['SkipReason']>()([
  'opted_out',
  'suppressed',
  'no_address',
  'frequency_capped',
  'duplicate',
  'condition_false',
  'no_template',
  'template_failed',
  'no_integration',
  'quiet_hours',
  'workflow_disabled',
  'erased',
  'channel_not_wanted',
  'recipient_not_found',
  'digested',
])
export type SkipReason = Schema['SkipReason']

/** What a message may wait for, as far as it can be asked for. */
export const holdReasons = ['quiet_hours', 'digested', 'broadcast_paused'] as const

export const outcomes = all<Schema['Outcome']>()([
  'ok',
  'invalid_recipient',
  'recipient_blocked',
  'content_rejected',
  'auth_config',
  'rate_limited',
  'temporary',
  'ambiguous',
  'interrupted',
])
export type Outcome = Schema['Outcome']

export const engagements = all<Schema['Engagement']['kind']>()([
  'seen',
  'read',
  'opened',
  'clicked',
  'archived',
  'unsubscribed',
  'complained',
])

export const notes = [
  'attempt',
  'retry',
  'failover',
  'deferred',
  'receipt',
  'replayed',
  'resent',
  'redacted',
  'recalled',
  'not_recalled',
] as const

/** Every kind a timeline row can have; a kind from a newer server is none of them. */
export const timelineKinds = ['created', ...statuses, ...engagements, ...notes] as const
export type TimelineKind = (typeof timelineKinds)[number]

export const eventStatuses = all<Schema['EventStatus']>()(['held', 'accepted', 'dispatched', 'cancelled', 'failed'])

export const errorTypes = all<Schema['ErrorType']>()([
  'bad_request',
  'malformed_json',
  'validation_failed',
  'unauthenticated',
  'code_required',
  'forbidden',
  'csrf_failed',
  'not_found',
  'method_not_allowed',
  'request_timeout',
  'conflict',
  'idempotency_key_reused',
  'idempotency_in_flight',
  'payload_too_large',
  'unsupported_media_type',
  'content_encoding_refused',
  'upgrade_required',
  'rate_limited',
  'login_limited',
  'headers_too_large',
  'sandbox_off',
  'unavailable',
  'internal_error',
])
export type ErrorType = Schema['ErrorType']

export const roles = all<Schema['Role']>()(['owner', 'admin', 'editor', 'approver', 'viewer'])

export const providers = [
  'sendgrid',
  'ses',
  'mailchimp',
  'smtp',
  'twilio',
  'sns',
  'fcm',
  'slack',
  'wechat',
  'wecom',
  'wecomrobot',
  'dingtalkwork',
  'dingtalk',
  'feishu',
  'feishurobot',
] as const

export const suppressionReasons = all<Schema['SuppressionReason']>()([
  'bounce',
  'soft_bounce',
  'complaint',
  'unsubscribe',
  'manual',
])
export type SuppressionReason = Schema['SuppressionReason']

export const consentKinds = all<Schema['ConsentKind']>()([
  'chose',
  'unsubscribed',
  'resubscribed',
  'stopped',
  'started',
  'released',
  'downloaded',
  'erasure_requested',
  'erased',
])
export const consentSources = all<Schema['ConsentSource']>()([
  'one_click',
  'link',
  'component',
  'vendor',
  'member',
  'api_key',
  'house',
])

/** What a suppression is about; the last three name which. */
export const suppressionScopes = ['channel', 'everything', 'category', 'workflow', 'source'] as const
export type SuppressionScopeKind = (typeof suppressionScopes)[number]

/** How a suppression ended. */
export const suppressionEnds = ['any', 'released', 'expired', 'resubscribed'] as const

export const ambiguityPolicies = all<Schema['AmbiguityPolicy']>()(['resend', 'hold_for_receipt', 'fail'])

/** What an API key may be allowed, in the order of the server. */
export const scopes = all<Schema['Permission']>()([
  'events:write',
  'notifications:write',
  'read',
  'recipients:write',
  'content:write',
  'content:approve',
  'content:publish',
  'deliveries:write',
  'reports:read',
  'schedules:read',
  'schedules:write',
  'bulk:auto',
  'admin',
])

/** Whether an API key still opens the door. */
export const keyStates = ['live', 'expired', 'revoked'] as const
export type KeyState = (typeof keyStates)[number]

/** A sent message may rest there for ever: some channels never report delivery. */
export const cancellable: readonly string[] = ['held', 'queued']
/** Only dead letters are put back on their way: the server refuses the rest. */
export const resendable: readonly string[] = ['failed', 'unknown']

/** Narrows a word from outside to a closed list. */
export function isOneOf<T extends string>(list: readonly T[], word: string): word is T {
  return (list as readonly string[]).includes(word)
}
