import type { Schema } from '../../lib/api'
import type { Channel } from '../../lib/words'

/** What a person receives, whether read from a message or from the sandbox. */
export interface Rendered
  extends Pick<Schema['Content'], 'subject' | 'html' | 'text' | 'title' | 'body' | 'url' | 'actions' | 'data'> {
  channel: Channel
  /** The vendor, where it is known. */
  provider?: string | undefined
  to?: string | undefined
  blocks?: unknown
  headers?: Record<string, string> | undefined
  at: string
}
