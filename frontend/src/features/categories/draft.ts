import type { Schema } from '../../lib/api'
import type { Channel } from '../../lib/words'

/** A category as it stands on the form. */
export interface Draft {
  key: string
  name: string
  names: { locale: string; name: string }[]
  mandatory: boolean
  /** On where a recipient chose nothing. */
  enabled: boolean
  /** The default of a channel; empty follows the category's. */
  channels: Partial<Record<Channel, Schema['PreferenceSetting'] | ''>>
  quiet: Schema['QuietPolicy']
  cadence: Schema['Cadence'] | undefined
  cap: Schema['FrequencyCap'] | null
  /** none leaves it to the channel. */
  ambiguity: Schema['AmbiguityPolicy'] | 'none'
}

/** The channels whose default the form sets; what else was set by API stays. */
export const defaultChannels: Channel[] = ['email', 'sms', 'push', 'slack', 'in_app']

export function draftOf(category?: Schema['Category']): Draft {
  const enabled = category?.defaults?.enabled
  return {
    key: category?.key ?? '',
    name: category?.name ?? '',
    names: Object.entries(category?.names ?? {}).map(([locale, name]) => ({ locale, name })),
    mandatory: (category?.mandatory ?? false) || enabled === 'required',
    enabled: enabled !== 'off',
    channels: { ...category?.defaults?.channels },
    quiet: category?.quiet_hours ?? 'hold',
    cadence: category?.cadence,
    cap: category?.frequency_cap ?? null,
    ambiguity: category?.ambiguity ?? 'none',
  }
}

/** What is sent: rows without a language say nothing. */
export function bodyOf(draft: Draft): Schema['CategoryInput'] {
  const { name, names, mandatory, enabled, channels, quiet, cadence, cap, ambiguity } = draft
  const chosen = Object.fromEntries(Object.entries(channels).filter(([, setting]) => setting)) as Record<
    string,
    Schema['PreferenceSetting']
  >
  const defaults = {
    ...(enabled || mandatory ? {} : { enabled: 'off' as const }),
    ...(Object.keys(chosen).length ? { channels: chosen } : {}),
  }
  return {
    name: name.trim(),
    names: Object.fromEntries(
      names.filter(({ locale }) => locale.trim()).map((each) => [each.locale.trim(), each.name.trim()]),
    ),
    mandatory,
    ...(Object.keys(defaults).length ? { defaults } : {}),
    ...(quiet === 'hold' ? {} : { quiet_hours: quiet }),
    ...(cadence && cadence !== 'instant' ? { cadence } : {}),
    ...(cap ? { frequency_cap: cap } : {}),
    ...(ambiguity === 'none' ? {} : { ambiguity }),
  }
}
