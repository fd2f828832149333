import type { Schema } from '../../lib/api'

/** A category as it stands on the form. */
export interface Draft {
  key: string
  name: string
  names: { locale: string; name: string }[]
  mandatory: boolean
  /** none leaves it to the channel. */
  ambiguity: Schema['AmbiguityPolicy'] | 'none'
}

export function draftOf(category?: Schema['Category']): Draft {
  return {
    key: category?.key ?? '',
    name: category?.name ?? '',
    names: Object.entries(category?.names ?? {}).map(([locale, name]) => ({ locale, name })),
    mandatory: category?.mandatory ?? false,
    ambiguity: category?.ambiguity ?? 'none',
  }
}

/** What is sent: rows without a language say nothing. */
export function bodyOf({ name, names, mandatory, ambiguity }: Draft): Schema['CategoryInput'] {
  return {
    name: name.trim(),
    names: Object.fromEntries(
      names.filter(({ locale }) => locale.trim()).map((each) => [each.locale.trim(), each.name.trim()]),
    ),
    mandatory,
    ...(ambiguity === 'none' ? {} : { ambiguity }),
  }
}
