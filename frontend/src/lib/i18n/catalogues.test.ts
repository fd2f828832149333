import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pages } from '../../app/routes'
import { wordFilters } from '../../components/filters/WordFilter'
import { kinds as ruleKinds, units as ruleUnits } from '../../components/rule/rule'
import { knownSagas, knownSteps, stepTones } from '../../components/saga/step-words'
import { auditKinds, auditVerbs } from '../../features/audit/action-words'
import { steps as broadcastSteps } from '../../features/broadcasts/steps'
import { filterNames } from '../../features/reports/ask'
import { fireStates, states as scheduleStates } from '../../features/schedules/api'
import { views as calendarViews } from '../../features/schedules/calendar'
import { policies as missedPolicies } from '../../features/schedules/draft'
import { namedKinds } from '../../features/schedules/target'
import { personFields, ops as segmentOps } from '../../features/segments/rule'
import { standingFaults } from '../../features/shop/api'
import { faults as shopFaults } from '../../features/shop/OrderForm'
import { whys } from '../../features/syncs/draft'
import { withBlanks } from '../../features/templates/kinds'
import { operators } from '../../features/workflows/conditions'
import { stepKinds } from '../../features/workflows/kinds'
import { fieldTypes } from '../../features/workflows/schema'
import { units } from '../../features/workflows/spans'
import { days, signals } from '../../features/workflows/step-parts'
import { activityDeeds, activityKinds } from '../activity-words'
import { decisionSteps, timeSteps } from '../decision-steps'
import { callbackTricks, faultKinds, retryForms } from '../fault-words'
import { faultCodes, faultShapes } from '../faults'
import { houseSources } from '../names'
import { sagaStates } from '../sagas'
import { fields } from '../sections'
import {
  ambiguityPolicies,
  approvalKinds,
  approvalStates,
  channels,
  consentKinds,
  consentSources,
  errorTypes,
  eventStatuses,
  holdReasons,
  keyStates,
  outcomes,
  priorities,
  roles,
  scopes,
  skipReasons,
  stages,
  statuses,
  suppressionEnds,
  suppressionReasons,
  suppressionScopes,
  timelineKinds,
} from '../words'
import en from './en'
import zh from './zh-CN'

const oddities = ['skipped', 'first_of_two', 'both']
const asks = ['submit', 'publish', 'discard']
const steps = ['send_event', 'see_message', 'read_inbox']
const ledgerColumns = [
  'accepted',
  'in_progress',
  'delivered',
  'sent',
  'skipped',
  'expired',
  'cancelled',
  'unknown',
  'failed',
]
const memberActs = ['sign_out', 'reset_second', 'deactivate', 'reactivate', 'remove']
const partMoves = ['retire', 'unretire', 'discard'].flatMap((move) => [`ask_${move}`, `ask_${move}_text`])
const partWords = [
  ...['title', 'intro', 'caption', 'empty', 'empty_text', 'new', 'key_hint', 'used_by', 'unused'],
  ...partMoves,
]
const replayCounts = ['selected', 'would_send', 'already_delivered', 'expired', 'suppressed']

const source = join(import.meta.dirname, '../..')

/** Every key with its text: {a: {b: 'c'}} is a.b → c. */
function flat(tree: object, prefix = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') found.set(prefix + key, value)
    else for (const [inner, text] of flat(value, `${prefix}${key}.`)) found.set(inner, text)
  }
  return found
}

/** Plural forms differ between languages; the key that the code names does not. */
const named = (keys: Iterable<string>) => new Set([...keys].map((key) => key.replace(/_(one|other)$/, '')))

const english = flat(en)
const chinese = flat(zh)
const code = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !/\.(test|gen)\.tsx?$/.test(file))
  .map((file) => readFileSync(join(source, file), 'utf8'))
  .join('\n')

/** Every setting of every vendor, as its manifest in the back end says: its key, and its help where it has one. */
function vendorSettings(): string[] {
  const vendors = join(source, '../../backend/provider')
  return readdirSync(vendors).flatMap((name) => {
    const manifest = join(vendors, name, 'manifest.go')
    if (!existsSync(manifest)) return []
    const [, ...settings] = readFileSync(manifest, 'utf8').split('{Key: "')
    return settings.flatMap((setting) => {
      const key = setting.slice(0, setting.indexOf('"'))
      return setting.includes('Help:') ? [`${name}.${key}`, `${name}.${key}_help`] : [`${name}.${key}`]
    })
  })
}

const sagaKinds = [
  ...['started', 'tried', 'done', 'progressed', 'failed', 'refused', 'in_doubt', 'waits', 'signalled', 'abandoned'],
  ...['undo_tried', 'undone', 'undo_progressed', 'undo_waits', 'undo_failed', 'retried', 'completed', 'compensated'],
  ...['compensation_failed', 'stuck'],
]
const shopEntries = [
  ...['reserved', 'sold', 'released', 'charged', 'refunded', 'refused', 'scheduled', 'dispatched', 'cancelled', 'void'],
]

/** What the reports of the back end are called, ask, answer and lack, by their names there. */
const reportWords = (found: RegExp): string[] => {
  const reports = join(source, '../../analytics/reports')
  const code = readdirSync(reports)
    .filter((name) => name.endsWith('.go') && !name.endsWith('_test.go'))
    .map((name) => readFileSync(join(reports, name), 'utf8'))
    .join('\n')
  return [...new Set([...code.matchAll(found)].map((match) => match[1] ?? ''))]
}
const reportIds = reportWords(/\bID: "([a-z-]+)", Title/g)
const reportColumns = [
  ...filterNames,
  ...reportWords(/\{Name: "(\w+)", Type/g),
  ...reportWords(/\b(?:count|ratio|took)\("(\w+)", "/g),
  ...reportWords(/\bName: "(\w+)",? Type: report\.Count/g),
]

const importStates = ['uploading', 'checking', 'checked', 'running', 'closing', 'done', 'cancelled', 'failed']

/** Keys that are built from a word of a closed list, by their beginning. */
const levels = ['paused', 'channel', 'workflow_channel', 'workflow', 'category_channel', 'category', 'category_cadence']
const periods = ['hour', 'day', 'week']
const settings = ['on', 'off', 'required']
const cadences = ['instant', 'hourly', 'daily', 'weekly', 'off']
const quietPolicies = ['hold', 'drop', 'digest', 'pass']

const families: Record<string, readonly string[]> = {
  'message.run_': ['delay', 'digest', 'throttle', 'wait'],
  'templates.blanks_': Object.entries(withBlanks).flatMap(([channel, keys]) =>
    ['', '_hint', '_add', ...keys.map((key) => `_${key}`)].map((end) => channel + end),
  ),
  'status.': statuses,
  'status_hint.': statuses,
  'event_status.': eventStatuses,
  'channel.': channels,
  'priority.': priorities,
  'reason.': skipReasons,
  'reason_short.': skipReasons,
  'outcome.': outcomes,
  'error.': [...errorTypes, 'unreachable'],
  'timeline.': timelineKinds,
  'categories.setting_': settings,
  'categories.quiet_': quietPolicies,
  'categories.quiet_hint_': quietPolicies,
  'categories.per_': periods,
  'categories.cadence_': cadences,
  'recipients.cadence_': [...cadences, 'wake'],
  'settings.day_': ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
  'settings.per_': periods,
  'recipients.value_': settings,
  'recipients.level_': [...levels, 'default_channel', 'default', 'built_in'],
  'recipients.per_': periods,
  'recipients.pause_': ['day', 'week', 'month'],
  'timeline.deferred_': ['breaker_open', 'claim_lost'],
  'decision.': ['pass', 'skip', 'hold', 'stop', 'expired'],
  'decision_step.': [...decisionSteps, ...timeSteps],
  'decision_pass.': [...decisionSteps, 'overruled'],
  'sandbox.callback.': callbackTricks,
  'sandbox.fault_kind.': faultKinds,
  'sandbox.': ['delay_ms', 'duplicates'],
  'sandbox.retry_form.': retryForms,
  'role.': roles,
  'audit_kind.': auditKinds,
  'audit_verb.': auditVerbs,
  'fault.': [...faultCodes, ...faultShapes.map(({ word }) => word)],
  'vendor.': vendorSettings(),
  'sources.built_in_': Object.values(houseSources),
  'audit.actor_': ['member', 'api_key', 'house'],
  'members.role_hint_': roles,
  'settings.': [
    ...['instance_name', 'default_locale', 'default_timezone'],
    ...['soft_bounces', 'soft_bounce_span_seconds', 'soft_bounce_rest_seconds'].flatMap((each) => [
      each,
      `${each}_hint`,
    ]),
  ],
  'members.act_': memberActs,
  'members.text_': memberActs,
  'members.done_': memberActs,
  'suppression_reason.': suppressionReasons,
  'suppression_hint.': suppressionReasons,
  'suppression_lift.': suppressionReasons,
  'activity_deed.': activityDeeds,
  'activity_kind.': activityKinds,
  'activity.tab_': ['profile', 'activity', 'consents'],
  'consent_kind.': consentKinds,
  'consent_source.': consentSources,
  'suppression_scope.': suppressionScopes,
  'suppression_scope_hint.': suppressionScopes,
  'suppression_end.': suppressionEnds,
  'suppressions.which_': ['category', 'workflow', 'source'],
  'scope.': scopes,
  'scope_hint.': scopes,
  'key_state.': keyStates,
  'ambiguity.': ['none', ...ambiguityPolicies],
  'ambiguity_hint.': ['none', ...ambiguityPolicies],
  'address_hint.': channels,
  'erase_gone.': ['profile', 'choices', 'inbox', 'content', 'receipts', 'events', 'waiting'],
  'erase_stays.': ['id', 'decisions', 'events', 'suppressions', 'audit', 'vendors'],
  'recipients.kind_': ['string', 'number', 'boolean', 'date', 'list', 'object', 'mixed'],
  'recipients.tab_': ['people', 'attributes', 'imports', 'syncs'],
  'syncs.state_': ['waiting', 'running', 'done', 'failed', 'cancelled'],
  'syncs.why_': whys,
  'syncs.': ['host', 'bind_dn', 'base', 'filter'],
  'syncs.kind_': ['ldap', 'sql'],
  'syncs.security_': ['tls', 'starttls', 'none'],
  'syncs.gone_': ['keep', 'mark', 'leave'],
  'syncs.when_': ['manual', 'rule'],
  'syncs.count_': ['read', 'upserted', 'unchanged', 'faulty', 'absent'],
  'broadcasts.state_': [
    'draft',
    'submitted',
    'rejected',
    'approved',
    'scheduled',
    'sending',
    'paused',
    'completed',
    'cancelled',
    'failed',
  ],
  'broadcasts.hint_': [
    'draft',
    'submitted',
    'rejected',
    'approved',
    'scheduled',
    'sending',
    'paused',
    'completed',
    'cancelled',
    'failed',
  ],
  'broadcasts.event_': [
    'approved_by_policy',
    'created',
    'edited',
    'submitted',
    'frozen',
    'refused',
    'voided',
    'approved',
    'approved_by_policy',
    'break_glass',
    'rejected',
    'scheduled',
    'started',
    'paused',
    'resumed',
    'completed',
    'cancelled',
    'failed',
    'recalled',
    'recall_done',
    'recall_again',
  ],
  'settings.bulk_per_': ['day', 'month'],
  'broadcasts.quota_': ['day', 'month'],
  'broadcasts.recall_': ['stopped', 'nothing', 'deleted', 'cannot', 'failed'],
  'message.recall_': ['stopped', 'nothing', 'deleted', 'cannot', 'failed'],
  'broadcasts.kind_': ['template', 'content', 'workflow'],
  'broadcasts.before_': ['approved', 'rejected', 'submitted'],
  'broadcasts.lacks_': ['template', 'content', 'workflow'],
  'broadcasts.step_': broadcastSteps,
  'broadcasts.': broadcastSteps.map((step) => `${step}_intro`),
  'imports.state_': importStates,
  'imports.hint_': importStates,
  'imports.to_': ['id', 'name', 'email', 'phone', 'locale', 'timezone'],
  'recipients.decision_': ['pass', 'stop'],
  'kind.': [
    'template',
    'layout',
    'partial',
    'workflow',
    'recipient',
    'group',
    'segment',
    'category',
    'integration',
    'source',
    'member',
    'broadcast',
    'schedule',
    'saga',
  ],
  'part.': ['ok', 'degraded', 'failing'],
  'nav.': pages.flatMap((page) => page.label ?? []),
  'filter.': [...wordFilters, 'segment', 'skip_reason', 'held_for', 'last_hour', 'last_day', 'last_week'],
  'filter.held_': holdReasons,
  'broadcasts.reach_': ['yes', 'no'],
  'home.': steps.flatMap((step) => [step, `${step}_hint`]),
  'home.ledger_': ledgerColumns,
  'failures.': replayCounts.map((name) => `${name}_count`),
  'content.': ['html', 'text', 'headers'],
  'field.': fields,
  'stage.': stages,
  'approvals.kind_': approvalKinds,
  'approvals.state_': approvalStates,
  'workflows.op_': operators,
  'segments.op_': segmentOps,
  'segments.field_': personFields,
  'segments.': ['channel', 'category', 'workflow', 'days', 'times'],
  'workflows.type_': [...fieldTypes, 'any'],
  'workflows.day_': ['sent', 'skipped', 'failed'],
  'workflows.weekday_': days,
  'workflows.signal_': signals,
  'workflows.unit_': Object.keys(units),
  'workflows.kind_': Object.keys(stepKinds),
  'workflows.delay_': ['for', 'until', 'field'],
  'workflows.digest_': ['fixed', 'sliding', 'count', 'count_hint', 'keep', 'keep_hint'],
  'workflows.window_': ['from', 'to'],
  'workflows.then_': ['stop', 'go_on'],
  'workflows.ask_': asks.flatMap((ask) => [ask, `${ask}_text`]),
  'workflows.done_': asks,
  'workflows.': asks,
  'templates.save_': ['saved', 'unsaved', 'saving', 'failed', 'conflict'],
  'templates.done_': ['submit', 'withdraw', 'publish', 'retire', 'unretire', 'discard'],
  'templates.ask_': ['retire', 'unretire', 'discard'].flatMap((move) => [move, `${move}_text`]),
  'layouts.': partWords,
  'partials.': partWords,
  'templates.': ['title', 'retire', 'unretire', 'discard', 'desktop', 'phone'],
  'templates.how_': ['approved', 'pushed', 'published_without_review', 'rolled_back', 'retired', 'unretired'],
  'report_title.': reportIds,
  'report_question.': reportIds,
  'report_column.': reportColumns,
  'report_lack.': [...reportWords(/\bCode: +"(\w+)"/g), 'percentiles_stepped'],
  'report_value.': ['accepted', 'read', 'created', 'missing'],
  'reports.when_': ['now', 'daily', 'weekly', 'monthly'],
  'reports.span_': ['1h', '24h', '7d', '30d', '90d'],
  'reports.store_': ['clickhouse', 'embedded'],
  'app.theme_': ['auto', 'light', 'dark'],
  'sagas.state_': sagaStates,
  'sagas.step_': knownSteps,
  'sagas.name_': knownSagas,
  'sagas.step_state_': Object.keys(stepTones),
  'sagas.kind_': sagaKinds,
  'sagas.wait_': ['approval', 'time', 'event'],
  'sagas.': ['retry', 'compensate'],
  'sagas.ask_': ['retry', 'retry_text', 'compensate', 'compensate_text'],
  'sagas.did_': ['retry', 'compensate'],
  'schedules.state_': scheduleStates,
  'schedules.fire_': fireStates,
  'schedules.target_': namedKinds,
  'schedules.kind_': ruleKinds,
  'schedules.unit_': ruleUnits,
  'schedules.missed_': missedPolicies.flatMap((policy) => [policy, `${policy}_text`]),
  'schedules.note_': oddities,
  'schedules.odd_': oddities,
  'schedules.view_': calendarViews,
  'schedules.did_': ['pause', 'resume'],
  'schedules.words_': ['template', 'content'],
  'shop.fault_': shopFaults,
  'shop.standing_': standingFaults,
  'shop.service_': ['shop', 'inventory', 'payments', 'shipping'],
  'shop.state_': ['placed', 'created', 'confirmed', 'completed', 'cancelled', 'refused'],
  'shop.entry_': shopEntries,
}

describe('the catalogues', () => {
  it('have the same keys in both languages', () => {
    expect([...named(chinese.keys())].sort()).toEqual([...named(english.keys())].sort())
  })

  it('are listed by area, so that a key is checked by its type', () => {
    const listed = readFileSync(join(import.meta.dirname, 'areas.ts'), 'utf8')
    const areas = Object.keys(en)
    expect(areas.length).toBeGreaterThan(20)
    expect(areas.filter((area) => !listed.includes(`  ${area}: typeof import('./en/${area}.json')`))).toEqual([])
    expect(listed.split('typeof').length - 1).toBe(areas.length)
  })

  it('have no empty text', () => {
    expect([...english, ...chinese].filter(([, text]) => text.trim() === '')).toEqual([])
  })

  it('name the same values in both languages', () => {
    const values = (text: string | undefined) =>
      [...(text ?? '').matchAll(/{{(\w+)}}/g)].map((match) => match[1]).sort()
    const differing = [...english].filter(([key, text]) => {
      const other = chinese.get(key) ?? chinese.get(key.replace(/_one$/, '_other'))
      return values(text).join() !== values(other).join()
    })
    expect(differing).toEqual([])
  })

  it('are translated: no Chinese text is plain English, but for proper names', () => {
    const proper = /^(Clarion|Slack|WhatsApp|Telegram|SMS|Push|.{0,3}|{{\w+}})$/
    const same = [...english].filter(([key, text]) => chinese.get(key) === text && !proper.test(text))
    expect(same).toEqual([])
  })

  it('hold no key that the code does not name', () => {
    const built = new Set(Object.entries(families).flatMap(([prefix, words]) => words.map((word) => prefix + word)))
    const unused = [...named(english.keys())].filter((key) => !built.has(key) && !code.includes(`'${key}'`))
    expect(unused).toEqual([])
  })

  it('have a text for every key that the code builds from a word', () => {
    const missing = Object.entries(families).flatMap(([prefix, words]) =>
      words.map((word) => prefix + word).filter((key) => !english.has(key)),
    )
    expect(missing).toEqual([])
  })

  it('know every family of keys that the code builds', () => {
    const prefixes = [...code.matchAll(/\bt\(`([a-z_.]+)\$\{/g)].map((match) => match[1] ?? '')
    expect(prefixes.filter((prefix) => !Object.keys(families).some((family) => family === prefix))).toEqual([])
  })
})
