import { stringifySearch } from './search'

interface Call {
  path: string
  method?: string
  /** What follows the question mark. */
  filter?: object
  body?: unknown
}

/** The call for a terminal. The key stays the caller's. */
export function curlOf({ path, method = 'GET', filter = {}, body }: Call, origin = location.origin): string {
  const parts = [
    `curl -s${method === 'GET' ? '' : ` -X ${method}`} ${quoted(origin + path + stringifySearch({ ...filter }))}`,
    `-H "Authorization: Bearer $CLARION_API_KEY"`,
  ]
  if (body !== undefined) parts.push("-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(body))}`)
  return parts.join(' \\\n  ')
}

/** A word of a shell: nothing inside single quotes means anything. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
