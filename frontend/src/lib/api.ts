import createClient from 'openapi-fetch'
import type { components, paths } from './api-schema.gen'
import { inWords } from './faults'
import type { ErrorType } from './words'

export type Schema = components['schemas']

/** What the server said no with, or `unreachable` when it said nothing. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly type: ErrorType | 'unreachable',
    message: string,
    readonly fields: Schema['FieldError'][] = [],
    readonly traceId = '',
  ) {
    super(message)
    this.name = 'ApiError'
  }
}

let csrfToken = ''

/** Remembers the token that unsafe requests of this session must carry. */
export function setCsrfToken(token: string) {
  csrfToken = token
}

export const api = createClient<paths>({
  baseUrl: location.origin,
  credentials: 'same-origin',
  // Looked up at call time, so that a test's interceptor is the one used.
  fetch: (request) => globalThis.fetch(request),
  querySerializer: { array: { style: 'form', explode: false } },
})

const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

api.use({
  onRequest({ request }) {
    if (!safe.has(request.method)) request.headers.set('X-CSRF-Token', csrfToken)
    return request
  },
})

export interface Answer<T> {
  data?: T | undefined
  error?: unknown
  response: Response
}

/** The `data` of the envelope, or an ApiError. */
export async function unwrap<D>(call: Promise<Answer<{ data: D }>>): Promise<D> {
  return (await envelope(call)).data
}

/** Waits for an answer that carries nothing but its success. */
export async function done(call: Promise<Answer<unknown>>): Promise<void> {
  await envelope(call)
}

/** One page of a list: its rows and the cursor of the next page, null at the end. */
export interface ListPage<Row> {
  rows: Row[]
  next: string | null
}

export async function unwrapPage<Row>(
  call: Promise<Answer<{ data: Row[]; page: Schema['Page'] }>>,
): Promise<ListPage<Row>> {
  const { data, page } = await envelope(call)
  return { rows: data, next: page.has_more ? page.next : null }
}

async function envelope<E>(call: Promise<Answer<E>>): Promise<E> {
  let answer: Answer<E>
  try {
    answer = await call
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiError(0, 'unreachable', 'The server cannot be reached.')
  }
  if (answer.data !== undefined && answer.response.ok) return answer.data
  throw fromAnswer(answer.response, answer.error)
}

function fromAnswer(response: Response, body: unknown): ApiError {
  const envelope = body as Partial<Schema['Error']> | undefined
  const type = envelope?.error?.type ?? (response.status >= 500 ? 'unreachable' : 'internal_error')
  const message = envelope?.message ?? `HTTP ${response.status}`
  return new ApiError(response.status, type, message, inWords(envelope?.error?.fields ?? []), envelope?.trace_id)
}
