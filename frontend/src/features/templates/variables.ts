import type { Word } from '../../components/code/CodeEditor'
import type { JsonSchema } from '../../lib/sample'

/** What every template can name beside the data of the event. */
const house: Record<string, readonly Word[]> = {
  recipient: [
    { label: 'name', detail: 'string' },
    { label: 'id', detail: 'string' },
    { label: 'locale', detail: 'string' },
    { label: 'timezone', detail: 'string' },
    { label: 'data', detail: 'object' },
  ],
  event: [
    { label: 'type', detail: 'string' },
    { label: 'id', detail: 'string' },
    { label: 'source', detail: 'string' },
    { label: 'created_at', detail: 'string' },
    { label: 'trace_id', detail: 'string' },
  ],
  actor: [{ label: 'id', detail: 'string' }],
  digest: [
    { label: 'total', detail: 'integer' },
    { label: 'items', detail: 'array', info: 'at, data, event, actor, title, text, url' },
    { label: 'first_at', detail: 'string' },
    { label: 'last_at', detail: 'string' },
  ],
}

export interface Variable extends Word {
  required: boolean
}

/** The variables of a schema, with what each is. */
export function variablesOf(schema: JsonSchema | null | undefined): Variable[] {
  return Object.entries(schema?.properties ?? {}).map(([label, part]) => ({
    label,
    detail: typeName(part),
    required: schema?.required?.includes(label) ?? false,
    ...(part.description ? { info: part.description } : {}),
  }))
}

function typeName({ type }: JsonSchema): string {
  return (Array.isArray(type) ? type.join(' | ') : type) ?? 'any'
}

export function wordsOf(schema: JsonSchema | null | undefined): Word[] {
  return [...variablesOf(schema), ...Object.keys(house).map((label) => ({ label, detail: 'object' }))]
}

/** What can follow a path such as recipient or data.items. */
export function propertiesOf(schema: JsonSchema | null | undefined, path: readonly string[]): Word[] {
  const [first = '', ...rest] = path
  const own = house[first]
  if (own) return rest.length === 0 ? [...own] : []
  let part = first === 'data' ? schema : schema?.properties?.[first]
  for (const name of rest) part = part?.properties?.[name]
  return variablesOf(part)
}

/** Filters of the house that Liquid at large does not have, and the ones asked for most. */
export const filters: Word[] = [
  'default',
  'date',
  'money',
  'upcase',
  'downcase',
  'capitalize',
  'truncate',
  'join',
  'size',
].map((label) => ({ label }))

export const houseVariables = Object.entries(house).flatMap(([root, words]) =>
  (root === 'digest' ? [] : words).filter(({ detail }) => detail === 'string').map(({ label }) => `${root}.${label}`),
)
