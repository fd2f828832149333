import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Areas } from './areas'

export const languages = ['en', 'zh-CN'] as const
export type Language = (typeof languages)[number]

/** Each language under its own name: whoever needs it can read it. */
export const languageNames: Record<Language, string> = { en: 'English', 'zh-CN': '简体中文' }

const kept = 'clarion.language'
const catalogues: Record<Language, () => Promise<{ default: Areas }>> = {
  en: () => import('./en'),
  'zh-CN': () => import('./zh-CN'),
}

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation'
    resources: { translation: Areas }
  }
}

/** The language chosen before, else the browser's, else English. Every Chinese gets Simplified until Traditional is here. */
export function preferredLanguage(): Language {
  const chosen = localStorage.getItem(kept)
  if (chosen === 'en' || chosen === 'zh-CN') return chosen
  for (const wish of navigator.languages) {
    if (wish.toLowerCase().startsWith('zh')) return 'zh-CN'
    if (wish.toLowerCase().startsWith('en')) return 'en'
  }
  return 'en'
}

export async function startI18n(language: Language = preferredLanguage()): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { [language]: { translation: (await catalogues[language]()).default } },
    interpolation: { escapeValue: false },
    // There is one namespace, and words such as events:write are keys.
    nsSeparator: false,
  })
  document.documentElement.lang = language
}

export async function chooseLanguage(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, 'translation')) {
    i18next.addResourceBundle(language, 'translation', (await catalogues[language]()).default)
  }
  localStorage.setItem(kept, language)
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
}
