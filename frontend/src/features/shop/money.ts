/** Hundredths of a currency as people write them. */
export function money(hundredths: number, currency: string, language: string): string {
  return new Intl.NumberFormat(language, { style: 'currency', currency }).format(hundredths / 100)
}

/** A name in the language of the page, else in English. */
export function named(names: Record<string, string>, language: string, key: string): string {
  return names[language] ?? names.en ?? key
}
