import type { Group } from '../../components/conditions/ConditionTree'
import type { Schema } from '../../lib/api'

export type Rule = Schema['Rule']
export type Op = NonNullable<Rule['op']>

/** What a condition can look at besides attributes, in the order the menu shows it. */
export const personFields = [
  'locale',
  'timezone',
  'group',
  'address',
  'preference',
  'effective',
  'activity',
  'created_at',
  'updated_at',
  'name',
  'id',
] as const
export type PersonField = (typeof personFields)[number]

const texts = [
  'eq',
  'ne',
  'in',
  'not_in',
  'contains',
  'not_contains',
  'starts_with',
  'ends_with',
  'exists',
  'not_exists',
] as const
const times = ['within_days', 'older_than_days', 'before', 'after'] as const
export const deeds = ['sent', 'delivered', 'failed', 'seen', 'read', 'opened', 'clicked'] as const

/** Every comparison there is, each with a word of its own. */
export const ops = [
  ...texts,
  'gt',
  'gte',
  'lt',
  'lte',
  ...times,
  'reachable',
  'verified',
  'country',
  'on',
  'off',
  'required',
  ...deeds,
] as const satisfies readonly Op[]

/** The comparisons that a field takes; the server knows no others. */
export function opsOf(field: string): readonly Op[] {
  switch (field) {
    case 'created_at':
    case 'updated_at':
      return times
    case 'group':
      return ['in', 'not_in']
    case 'address':
      return ['exists', 'not_exists', 'reachable', 'verified', 'country']
    case 'preference':
      return ['on', 'off']
    case 'effective':
      return ['on', 'off', 'required']
    case 'activity':
      return deeds
  }
  return field.startsWith('data.') ? [...texts.slice(0, 2), 'gt', 'gte', 'lt', 'lte', ...texts.slice(2)] : texts
}

const lists = new Set<Op>(['in', 'not_in', 'country'])
export const takesList = (op: Op) => lists.has(op)
const bare = new Set<Op>(['exists', 'not_exists', 'reachable', 'verified', 'on', 'off', 'required', ...deeds])
export const needsValue = (op: Op) => !bare.has(op)

/** A condition on a field as it begins. */
export function conditionOn(field: string): Rule {
  const op = opsOf(field)[0] as Op
  const rule: Rule = { field, op }
  if (field === 'address') rule.channel = 'email'
  if (field === 'preference' || field === 'effective') rule.channel = 'email'
  if (field === 'activity') return { ...rule, op: 'opened', days: 30 }
  return withOp(rule, op)
}

/** The same condition by another comparison; its value stays where it can. */
export function withOp(rule: Rule, op: Op): Rule {
  const { value, ...rest } = rule
  if (!needsValue(op)) return { ...rest, op }
  if (op === 'within_days' || op === 'older_than_days')
    return { ...rest, op, value: typeof value === 'number' ? value : 30 }
  if (op === 'before' || op === 'after') return { ...rest, op, value: typeof value === 'string' ? value : '' }
  if (takesList(op))
    return { ...rest, op, value: Array.isArray(value) ? value : value === undefined || value === '' ? [] : [value] }
  return { ...rest, op, value: Array.isArray(value) ? (value[0] ?? '') : (value ?? '') }
}

const isGroup = (rule: Rule) => rule.all !== undefined || rule.any !== undefined

/** The group that a rule is; nothing for a condition, or the denial of one. */
export function openRule(rule: Rule): Group<Rule> | undefined {
  if (rule.any) return { mode: 'any', items: rule.any }
  if (rule.all) return { mode: 'all', items: rule.all }
  const denied = rule.not
  if (!denied || !(isGroup(denied) || denied.not)) return undefined
  if (denied.any) return { mode: 'none', items: denied.any }
  // Not all of them: at least one of them not.
  if (denied.all) return { mode: 'any', items: denied.all.map((each) => ({ not: each })) }
  return denied.not && openRule(denied.not) ? openRule(denied.not) : { mode: 'all', items: [denied.not ?? {}] }
}

export function closeRule({ mode, items }: Group<Rule>): Rule {
  if (mode === 'none') return { not: { any: items } }
  return mode === 'any' ? { any: items } : { all: items }
}

/** Where the server reports the faults of a group's conditions. */
export const belowRule = (path: string, { mode }: Group<Rule>) =>
  mode === 'none' ? `${path}.not.any` : `${path}.${mode}`

/** A rule as the editor's one group: a lone condition stands in a group of its own. */
export const rootOf = (rule: Rule): Group<Rule> =>
  openRule(rule) ?? { mode: 'all', items: Object.keys(rule).length === 0 ? [] : [rule] }

/** Typed text as the value an attribute is compared with: numbers and truths count as such where its type says so. */
export function typedAs(text: string, type: string): string | number | boolean {
  if (type === 'boolean') return text === 'true'
  const trimmed = text.trim()
  if (type === 'number' && trimmed !== '' && Number.isFinite(Number(trimmed))) return Number(trimmed)
  return text
}
