import type { Schema } from '../../lib/api'

const body = /(?:-d|--data|--data-raw|--json)\s+'((?:[^']|'\\'')*)'/

/** The event that a curl command posts, so that the button sends exactly what the command would. */
export function eventOfCurl(curl: string): Schema['EventInput'] | undefined {
  const quoted = body.exec(curl)?.[1]
  if (quoted === undefined) return undefined
  try {
    const event: unknown = JSON.parse(quoted.replaceAll("'\\''", "'"))
    return isEvent(event) ? event : undefined
  } catch {
    return undefined
  }
}

function isEvent(value: unknown): value is Schema['EventInput'] {
  return value !== null && typeof value === 'object' && 'type' in value && 'to' in value
}
