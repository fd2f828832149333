import type { Channel } from '../../lib/words'
import type { Source } from './api'

/** A field of a source that is one text. */
export type TextField = Exclude<keyof Source, 'actions' | 'data'>

/** The fields an author writes, per channel that has a sender, in the order they are read. */
export const kinds: Partial<Record<Channel, readonly TextField[]>> = {
  email: ['subject', 'mjml', 'html', 'text'],
  sms: ['text'],
  push: ['title', 'body', 'image', 'url'],
  slack: ['text', 'blocks'],
  in_app: ['title', 'body', 'url'],
  webhook: [],
  whatsapp: ['text'],
  telegram: ['text'],
  wechat: ['url'],
  wecom: ['title', 'text', 'url'],
  dingtalk: ['title', 'text', 'url'],
  feishu: ['title', 'text', 'url'],
}

export const writable = Object.keys(kinds) as Channel[]

/** Channels whose content may have buttons. */
export const withActions: readonly Channel[] = ['in_app']

/** Channels whose content fills in what the other side names, and the keys that have a field of their own. */
export const withBlanks = {
  wechat: ['template_id', 'miniprogram_appid', 'miniprogram_path'],
  whatsapp: ['template', 'language', 'content_sid'],
  webhook: [],
} as const satisfies Partial<Record<Channel, readonly string[]>>

export type Blanked = keyof typeof withBlanks

export const isBlanked = (channel: Channel): channel is Blanked => Object.hasOwn(withBlanks, channel)

/** Channels whose content may have named values for the app that gets it. */
export const withData: readonly Channel[] = ['push', 'in_app']

/** Fields that are one line. */
export const oneLine: readonly TextField[] = ['subject', 'title', 'image', 'url']
