import { isObject } from './draft'

type JsonSchema = Record<string, unknown>

export const fieldTypes = ['string', 'number', 'integer', 'boolean', 'array', 'object'] as const
export type FieldType = (typeof fieldTypes)[number]

/** One property of an event's data, as a line of a table. */
export interface SchemaField {
  name: string
  /** "any" where the schema says nothing or more than one line can show. */
  type: FieldType | 'any'
  required: boolean
  description: string
  example: string
}

export function fieldsOf(schema: JsonSchema | null): SchemaField[] {
  const required = Array.isArray(schema?.required) ? schema.required : []
  return Object.entries(propertiesOf(schema)).map(([name, property]) => ({
    name,
    type: typeOf(property),
    required: required.includes(name),
    description: isObject(property) && typeof property.description === 'string' ? property.description : '',
    example: textOf(exampleOf(property)),
  }))
}

/** The schema with one line changed; what the table does not show stays as it was. */
export function withField(schema: JsonSchema | null, index: number, field: SchemaField): JsonSchema {
  const before = Object.entries(propertiesOf(schema))
  const old = before[index]
  const property: JsonSchema = { ...(isObject(old?.[1]) ? old[1] : {}) }
  if (field.type !== typeOf(property)) {
    if (field.type === 'any') delete property.type
    else property.type = field.type
  }
  put(property, 'description', field.description || undefined)
  if (field.example !== textOf(exampleOf(property))) {
    put(property, 'examples', field.example === '' ? undefined : [typedAs(field.example, field.type)])
  }
  const after = [...before]
  after[index] = [field.name, property]
  const required = fieldsOf(schema)
    .map((each, place) => (place === index ? field : each))
    .filter((each) => each.required)
    .map((each) => each.name)
  if (index >= before.length && field.required) required.push(field.name)
  return rebuilt(schema, after, required)
}

export function withoutField(schema: JsonSchema | null, index: number): JsonSchema {
  const fields = fieldsOf(schema).filter((_, place) => place !== index)
  const kept = Object.entries(propertiesOf(schema)).filter((_, place) => place !== index)
  const required = fields.filter((field) => field.required).map((field) => field.name)
  return rebuilt(schema, kept, required)
}

function rebuilt(schema: JsonSchema | null, properties: [string, unknown][], required: string[]): JsonSchema {
  const next: JsonSchema = { ...(schema ?? {}), type: 'object', properties: Object.fromEntries(properties) }
  put(next, 'required', required.length > 0 ? required : undefined)
  return next
}

function put(target: JsonSchema, key: string, value: unknown) {
  if (value === undefined) delete target[key]
  else target[key] = value
}

/** A schema that data like this fits. */
export function inferred(data: unknown): JsonSchema {
  if (!isObject(data)) return { type: 'object', properties: {} }
  const properties = Object.entries(data).map(([name, value]) => [name, shapeOf(value)])
  const required = Object.keys(data)
  return { type: 'object', properties: Object.fromEntries(properties), ...(required.length > 0 ? { required } : {}) }
}

function shapeOf(value: unknown): JsonSchema {
  if (isObject(value)) return inferred(value)
  if (Array.isArray(value)) return value.length > 0 ? { type: 'array', items: shapeOf(value[0]) } : { type: 'array' }
  switch (typeof value) {
    case 'string':
      return { type: 'string', examples: [value] }
    case 'number':
      return { type: Number.isInteger(value) ? 'integer' : 'number', examples: [value] }
    case 'boolean':
      return { type: 'boolean' }
    default:
      return {}
  }
}

/** Data that fits the schema, made of its examples. */
export function sampleOf(schema: unknown): unknown {
  if (!isObject(schema)) return ''
  const given = exampleOf(schema)
  if (given !== undefined) return given
  switch (typeOf(schema)) {
    case 'object':
      return Object.fromEntries(Object.entries(propertiesOf(schema)).map(([name, each]) => [name, sampleOf(each)]))
    case 'array':
      return schema.items ? [sampleOf(schema.items)] : []
    case 'boolean':
      return true
    case 'integer':
    case 'number':
      return typeof schema.minimum === 'number' ? schema.minimum : 1
    default:
      return ''
  }
}

/** Every path below data that the schema names, with its type: what a condition may look at. */
export function pathsOf(schema: unknown, prefix = 'data', depth = 0): { path: string; type: SchemaField['type'] }[] {
  if (depth > 4) return []
  return Object.entries(propertiesOf(schema)).flatMap(([name, property]) => {
    const path = `${prefix}.${name}`
    return [{ path, type: typeOf(property) }, ...pathsOf(property, path, depth + 1)]
  })
}

function propertiesOf(schema: unknown): Record<string, unknown> {
  return isObject(schema) && isObject(schema.properties) ? schema.properties : {}
}

function typeOf(schema: unknown): SchemaField['type'] {
  if (!isObject(schema)) return 'any'
  const type = schema.type ?? (isObject(schema.properties) ? 'object' : undefined)
  return fieldTypes.find((known) => known === type) ?? 'any'
}

function exampleOf(schema: unknown): unknown {
  if (!isObject(schema)) return undefined
  if (Array.isArray(schema.examples) && schema.examples.length > 0) return schema.examples[0]
  if (schema.const !== undefined) return schema.const
  if (schema.default !== undefined) return schema.default
  return Array.isArray(schema.enum) ? schema.enum[0] : undefined
}

/** A value as a person types it: text without quotes, anything else as JSON. */
export function textOf(value: unknown): string {
  if (value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** What was typed, as the type says; text where it says nothing and it is no JSON. */
export function typedAs(text: string, type: SchemaField['type']): unknown {
  if (type === 'string') return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
