/** The parts of a JSON Schema that say what data looks like. */
export interface JsonSchema {
  type?: string | string[]
  description?: string
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  examples?: unknown[]
  default?: unknown
  const?: unknown
  enum?: unknown[]
}

/** Data that fits a schema, from its examples where it has some. */
export function sampleOf(schema: JsonSchema | undefined | null, name = ''): unknown {
  if (!schema) return {}
  const given = schema.examples?.[0] ?? schema.default ?? schema.const ?? schema.enum?.[0]
  if (given !== undefined) return given
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  switch (type) {
    case 'string':
      return name || 'text'
    case 'integer':
    case 'number':
      return 42
    case 'boolean':
      return true
    case 'array':
      return schema.items ? [sampleOf(schema.items, name)] : []
    case 'null':
      return null
    default:
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([key, inner]) => [key, sampleOf(inner, key)]),
      )
  }
}
