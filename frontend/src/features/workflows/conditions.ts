import type { Condition } from './draft'
import { pathsOf, type SchemaField } from './schema'

/** The comparisons, in the order the menu shows them. */
export const operators = [
  'eq',
  'ne',
  'gt',
  'gte',
  'lt',
  'lte',
  'in',
  'not_in',
  'contains',
  'not_contains',
  'starts_with',
  'ends_with',
  'exists',
  'not_exists',
] as const satisfies readonly NonNullable<Condition['op']>[]
export type Operator = (typeof operators)[number]

export const needsValue = (op: string | undefined) => op !== 'exists' && op !== 'not_exists'
export const takesList = (op: string | undefined) => op === 'in' || op === 'not_in'

/** A group as the editor shows it: conditions and how many of them must hold. */
export interface Group {
  mode: 'all' | 'any'
  items: Condition[]
}

/** The conditions of a step as one group: a lone group by any is the step's own. */
export function groupOf(list: readonly Condition[] | undefined): Group {
  const only = list?.length === 1 ? list[0] : undefined
  if (only?.any) return { mode: 'any', items: only.any }
  return { mode: 'all', items: [...(list ?? [])] }
}

export function listOf({ mode, items }: Group): Condition[] {
  if (items.length === 0) return []
  return mode === 'all' ? items : [{ any: items }]
}

/** Where the faults of a step's conditions are, below "if". */
export const rootPath = (mode: Group['mode']) => (mode === 'all' ? 'if' : 'if[0].any')

export function isGroup(condition: Condition): boolean {
  return condition.all !== undefined || condition.any !== undefined
}

export const nestedOf = (condition: Condition): Group =>
  condition.any ? { mode: 'any', items: condition.any } : { mode: 'all', items: condition.all ?? [] }

export const conditionOf = ({ mode, items }: Group): Condition => (mode === 'any' ? { any: items } : { all: items })

/** What a condition can look at beside the event's data. */
const others = [
  'recipient.id',
  'recipient.name',
  'recipient.locale',
  'recipient.timezone',
  'event.source',
  'event.tenant',
  'event.type',
  'digest.total',
]

export interface Field {
  path: string
  type: SchemaField['type']
}

export function fieldsFor(schema: unknown): Field[] {
  return [...pathsOf(schema), ...others.map((path) => ({ path, type: 'string' as const }))]
}

/** Every comparison in a list, however deep. */
export function countOf(list: readonly Condition[] | undefined): number {
  return (list ?? []).reduce((sum, each) => sum + (isGroup(each) ? countOf(nestedOf(each).items) : 1), 0)
}
