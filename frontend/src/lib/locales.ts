/** Time zones by their names in the zone database. */
export const zones = Intl.supportedValuesOf('timeZone')

/** Languages that are offered; any other may be written. */
export const locales = ['en', 'en-GB', 'zh-CN', 'zh-TW', 'de', 'es', 'fr', 'ja', 'ko', 'pt-BR']
