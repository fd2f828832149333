/** What somebody chose, as the API keeps it. Fields that this page does not draw travel along untouched. */
export interface Choices {
  paused_until?: string
  channels?: Record<string, boolean>
  categories?: Record<string, CategoryChoice>
  quiet_hours?: QuietHours
  timezone?: string
  [other: string]: unknown
}

export interface CategoryChoice {
  enabled?: boolean
  channels?: Record<string, boolean>
  cadence?: string
  [other: string]: unknown
}

export interface QuietHours {
  enabled: boolean
  start: string
  end: string
  days?: string[]
}

export interface ChannelState {
  channel: string
  value: 'on' | 'off' | 'required'
  locked?: string
}

export interface CategoryState {
  key: string
  name: string
  names?: Record<string, string>
  cadence: string
  channels: ChannelState[]
}

export interface State {
  house: string
  recipient: { id: string; locale: string; timezone: string }
  channels: string[]
  categories: CategoryState[]
  cadences: string[]
  preferences: Choices
  erasure_requested: boolean
}

export interface Sent {
  id: string
  at: string
  channel: string
  address: string
  workflow: string
  source: string
  category: string
  names?: Record<string, string>
  status: string
  skip_reason?: string
  critical: boolean
  mandatory: boolean
}

export interface Said {
  id: string
  at: string
  kind: string
  source: string
  channel?: string
  category?: string
  device?: string
  network?: string
  changes?: { path: string; from: unknown; to: unknown }[]
}

export interface Page<T> {
  list: T[]
  next: string | null
}

/** Gone is a link or a token that opens nothing. */
export class Gone extends Error {}

/** Refused carries what the API had to say about a choice. */
export class Refused extends Error {}

export interface Session {
  token: string
  address?: string
  locale?: string
}

/** Centre speaks to the API as one person. When its token has run out it asks for another. */
export class Centre {
  private session: Promise<Session> | undefined
  private readonly hub: string
  private readonly renew: () => Promise<Session>

  constructor(hub: string, renew: () => Promise<Session>) {
    this.hub = hub.replace(/\/$/, '')
    this.renew = renew
  }

  whose(): Promise<Session> {
    this.session ??= this.renew().catch((error: unknown) => {
      this.session = undefined
      throw error
    })
    return this.session
  }

  state = () => this.ask<State>('GET', '')
  save = (body: { preferences: Choices; wording: string; locale: string }) => this.ask<State>('PUT', '', body)
  requestErasure = (wording: string, locale: string) => this.ask<null>('POST', '/erasure', { wording, locale })
  messages = (after: string | null) => this.page<Sent>('/messages', after)
  history = (after: string | null) => this.page<Said>('/history', after)
  download = async () => (await this.call('GET', '/export')).blob()

  private async page<T>(path: string, after: string | null): Promise<Page<T>> {
    const response = await this.call('GET', `${path}?limit=10${after ? `&after=${encodeURIComponent(after)}` : ''}`)
    const answer = (await response.json()) as { data: T[]; page: { next: string | null } }
    return { list: answer.data, next: answer.page.next }
  }

  private async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    return ((await (await this.call(method, path, body)).json()) as { data: T }).data
  }

  private async call(method: string, path: string, body?: unknown, again = true): Promise<Response> {
    const { token } = await this.whose()
    const response = await fetch(`${this.hub}/v1/preferences${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: 'omit',
      cache: 'no-store',
    })
    if (response.ok) return response
    if (response.status === 401 && again) {
      this.session = undefined
      return this.call(method, path, body, false)
    }
    if (response.status === 401 || response.status === 404) throw new Gone()
    const answer = (await response.json().catch(() => null)) as { error?: { fields?: { detail: string }[] } } | null
    throw new Refused(answer?.error?.fields?.map((field) => field.detail).join(' ') ?? '')
  }
}

/** A person's link, exchanged for a token of a few minutes. */
export function byLink(hub: string, link: string): () => Promise<Session> {
  return async () => {
    const response = await fetch(`${hub}/p/${encodeURIComponent(link)}/session`, {
      method: 'POST',
      credentials: 'omit',
      cache: 'no-store',
    })
    if (response.status === 404 || response.status === 410) throw new Gone()
    if (!response.ok) throw new Refused('')
    return ((await response.json()) as { data: Session }).data
  }
}
