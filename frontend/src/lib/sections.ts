import type { TFunction } from 'i18next'
import { channels, isOneOf } from './words'

/** Every field a document under review has. */
export const fields = [
  'subject',
  'title',
  'body',
  'mjml',
  'html',
  'text',
  'image',
  'url',
  'blocks',
  'data',
  'actions',
  'default_locale',
  'layout',
  'partial',
  'used_by',
  'schema',
  'name',
  'event_type',
  'category',
  'priority',
  'critical',
  'enabled',
  'expires_after_seconds',
  'event_schema',
  'order',
  'cancel_on',
  'steps',
] as const
export type Field = (typeof fields)[number]

/** A section's name in words: channels.email.en.subject is "Email · en · Subject". */
export function sectionName(path: string, t: TFunction): string {
  const parts = path.split('.')
  if (parts[0] === 'channels' && parts.length >= 4) {
    const channel = parts[1] ?? ''
    const name = isOneOf(channels, channel) ? t(`channel.${channel}`) : channel
    return [name, parts[2], fieldName(parts.slice(3).join('.'), t)].join(' · ')
  }
  return fieldName(path, t)
}

function fieldName(path: string, t: TFunction): string {
  const [, name = path, rest = ''] = /^([a-z_]+)(.*)$/.exec(path) ?? []
  if (!isOneOf(fields, name)) return path
  return [t(`field.${name}`), rest.replace(/^\./, '')].filter(Boolean).join(' ')
}

/** What colours a section's text. */
export function sectionLanguage(path: string): 'liquid' | 'json' | 'text' {
  if (/(^|\.)(schema|event_schema)$/.test(path) || path.startsWith('steps')) return 'json'
  return path.startsWith('channels.') || path === 'mjml' || path === 'text' ? 'liquid' : 'text'
}
