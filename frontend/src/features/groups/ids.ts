import type { Schema } from '../../lib/api'

/** The ids in a pasted text: one per line, or with commas, semicolons or spaces between; each once. */
export function idsIn(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter(Boolean))]
}

/** The ids at whose places the server found a fault. */
export function faultyOf(fields: Schema['FieldError'][], ids: string[]): string[] {
  return fields.flatMap(({ path }) => {
    const place = /^recipients\[(\d+)]$/.exec(path)?.[1]
    const id = place === undefined ? undefined : ids[Number(place)]
    return id === undefined ? [] : [id]
  })
}
