import type { Schema } from './api'
import { all } from './words'

/** What a line of somebody's activity is about, in the order in which the page offers them. */
export const activityKinds = all<Schema['ActivityKind']>()([
  'message',
  'event',
  'inbox',
  'consent',
  'suppression',
  'group',
  'profile',
  'import',
])

/** What happened with somebody, but for what messages and consents have words for. */
export const activityDeeds = [
  'event_named',
  'inbox_read',
  'suppression_suppressed',
  'suppression_released',
  'suppression_expired',
  'suppression_resubscribed',
  'group_joined',
  'group_left',
  'profile_created',
  'profile_erased',
  'profile_merged',
  'profile_save',
  'profile_addresses',
  'profile_verify',
  'profile_confirm',
  'profile_link',
  'profile_revoke_links',
  'profile_token',
  'import_imported',
  'import_synced',
  'import_gone',
] as const
