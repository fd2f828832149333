import type { i18n } from 'i18next'
import type { Schema } from '../../lib/api'

/** Vendors whose settings have the words of another. */
const sharing: Record<string, string> = { twiliowhatsapp: 'twilio' }

/**
 * What a vendor's setting is called in the language of the page. A vendor whose
 * words are not in the catalogue yet is shown in the words of its manifest.
 */
export function settingWords(provider: string, { key, label, help }: Schema['Setting'], { exists, t }: i18n) {
  const word = (name: string, fallback: string | undefined) => {
    const path = `vendor.${sharing[provider] ?? provider}.${name}`
    return exists(path) ? t(path as never as 'vendor.slack.mode') : fallback
  }
  return { label: word(key, label) ?? key, help: word(`${key}_help`, help) }
}
