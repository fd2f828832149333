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
  wechat: ['url'],
  wecom: ['title', 'text', 'url'],
  dingtalk: ['title', 'text', 'url'],
  feishu: ['title', 'text', 'url'],
}

export const writable = Object.keys(kinds) as Channel[]

/** Channels whose content may have buttons. */
export const withActions: readonly Channel[] = ['in_app']

/** Channels whose content fills in the blanks of a template the vendor keeps, and the keys that are no blank. */
export const withBlanks: Partial<Record<Channel, readonly Reserved[]>> = {
  wechat: ['template_id', 'miniprogram_appid', 'miniprogram_path'],
}

export type Reserved = 'template_id' | 'miniprogram_appid' | 'miniprogram_path'

/** Channels whose content may have named values for the app that gets it. */
export const withData: readonly Channel[] = ['push', 'in_app', 'webhook', 'whatsapp']

/** Fields that are one line. */
export const oneLine: readonly TextField[] = ['subject', 'title', 'image', 'url']
