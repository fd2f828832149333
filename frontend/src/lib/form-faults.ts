import { useCallback, useState } from 'react'
import { ApiError } from './api'

export interface FormFaults {
  /** What the server said of a field; its path as in the API's document, such as to[0].email. */
  of: (path: string) => string | undefined
  /** What was said of no field that the form shows, or of the whole. */
  rest: Error | undefined
  /** Takes the faults of an error, or none. */
  take: (error: Error | null) => void
  /** Forgets a fault once its field is being mended. */
  mend: (path: string) => void
}

/** The faults the server found in what a form sent, each at its field. `shown` are the paths the form has a place for. */
export function useFormFaults(shown: readonly string[]): FormFaults {
  const [fields, setFields] = useState<Record<string, string>>({})
  const [rest, setRest] = useState<Error>()
  const take = useCallback(
    (error: Error | null) => {
      const { placed, left } = sorted(error, shown)
      setFields(placed)
      setRest(left)
    },
    [shown],
  )
  const mend = useCallback((path: string) => {
    setFields(({ [path]: _, ...others }) => others)
    setRest(undefined)
  }, [])
  return { of: (path) => fields[path], rest, take, mend }
}

/** Which faults have a place on the form, and the error with those that have none. */
export function sorted(error: Error | null, shown: readonly string[]) {
  const placed: Record<string, string> = {}
  if (!(error instanceof ApiError)) return { placed, left: error ?? undefined }
  const homeless = error.fields.filter(({ path, detail }) => {
    const place = shown.find((each) => path === each) ?? shown.find((each) => within(path, each))
    if (place !== undefined) placed[place] ??= place === path ? detail : `${path.slice(place.length)}: ${detail}`
    return place === undefined
  })
  if (error.fields.length > 0 && homeless.length === 0) return { placed, left: undefined }
  return { placed, left: new ApiError(error.status, error.type, error.message, homeless, error.traceId) }
}

/** A fault deep inside a field belongs to that field. */
function within(path: string, field: string): boolean {
  return path.startsWith(`${field}.`) || path.startsWith(`${field}[`)
}
