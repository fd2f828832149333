import type { Channel } from '../../lib/words'
import type { Broadcast, Input } from './api'

export type Kind = 'template' | 'content' | 'workflow'

/** A plan as its form holds it: every field a word, a list or a switch. */
export interface Draft {
  name: string
  everybody: boolean
  segments: string[]
  groups: string[]
  recipients: string
  /** The id of a file whose rows say who, and what to each. */
  file: string
  kind: Kind
  template: string
  workflow: string
  subject: string
  body: string
  url: string
  /** What else its own words hold; the form leaves it as it is. */
  more: Partial<NonNullable<Broadcast['content']>>
  channels: Channel[]
  category: string
  priority: string
  data: string
  perSecond: number
  /** As a datetime-local field holds it. */
  sendAt: string
  window: boolean
  /** The days of the window, where somebody has named them through the API. */
  days: NonNullable<Broadcast['window']>['days']
  from: string
  to: string
  timezone: string
}

const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone

/** The local time of a moment, as a datetime-local field wants it. */
function localOf(at: string | undefined): string {
  if (!at) return ''
  const date = new Date(at)
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

export function draftOf(b?: Broadcast): Draft {
  const { audience, content, window } = b ?? {}
  const { title: _, subject: __, body: ___, text: ____, url: _____, ...more } = content ?? {}
  return {
    name: b?.name ?? '',
    everybody: audience?.everybody ?? false,
    segments: audience?.segments ?? [],
    groups: audience?.groups ?? [],
    recipients: (audience?.recipients ?? []).join('\n'),
    file: audience?.file ?? '',
    kind: b?.workflow ? 'workflow' : content ? 'content' : 'template',
    template: b?.template ?? '',
    workflow: b?.workflow ?? '',
    subject: content?.title ?? content?.subject ?? '',
    body: content?.body ?? content?.text ?? '',
    url: content?.url ?? '',
    more,
    channels: b?.channels ?? [],
    category: b?.category ?? '',
    priority: b?.priority || 'low',
    data: b?.data ? JSON.stringify(b.data, null, 2) : '',
    perSecond: b?.per_second ?? 0,
    sendAt: localOf(b?.send_at),
    window: window !== undefined,
    days: window?.days,
    from: window?.from ?? '20:00',
    to: window?.to ?? '08:00',
    timezone: window?.timezone ?? zone(),
  }
}

/** The data of a draft; undefined when there is none, null when it is no object. */
export function dataOf(text: string): Record<string, unknown> | undefined | null {
  if (text.trim() === '') return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}

/** What the API takes for a draft. */
export function inputOf(draft: Draft, revision?: number): Input {
  const recipients = draft.recipients.split(/[\s,]+/).filter(Boolean)
  const data = dataOf(draft.data)
  const flow = draft.kind === 'workflow'
  return {
    name: draft.name,
    ...(revision === undefined ? {} : { revision }),
    audience: {
      ...(draft.everybody ? { everybody: true } : {}),
      ...(draft.segments.length > 0 ? { segments: draft.segments } : {}),
      ...(draft.groups.length > 0 ? { groups: draft.groups } : {}),
      ...(recipients.length > 0 ? { recipients } : {}),
      ...(draft.file ? { file: draft.file } : {}),
    },
    ...(draft.kind === 'template' && draft.template ? { template: draft.template } : {}),
    ...(flow && draft.workflow ? { workflow: draft.workflow } : {}),
    ...(draft.kind === 'content' && (draft.subject || draft.body)
      ? { content: { ...draft.more, title: draft.subject, body: draft.body, ...(draft.url ? { url: draft.url } : {}) } }
      : {}),
    ...(flow ? {} : { channels: draft.channels, category: draft.category }),
    ...(flow ? {} : { priority: draft.priority as 'low' }),
    ...(data ? { data } : {}),
    per_second: draft.perSecond,
    ...(draft.sendAt ? { send_at: new Date(draft.sendAt).toISOString() } : {}),
    ...(draft.window ? { window: windowOf(draft) } : {}),
  }
}

const windowOf = ({ from, to, timezone, days }: Draft) => ({ from, to, timezone, ...(days ? { days } : {}) })
