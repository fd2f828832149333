import { useCallback } from 'react'
import type { Schema } from '../../lib/api'
import { useFilled } from '../../lib/elsewhere'
import type { Integration, Provider } from './api'

export type Draft = Schema['IntegrationInput']

/** What the form holds until it is saved. A secret that is left empty keeps its value. */
export function useDraft(provider: Provider, account: Integration | undefined, mend: (path: string) => void) {
  const { draft, setDraft, dirty, discard, theirs } = useFilled(draftOf(provider, account))
  const change = useCallback(
    <K extends keyof Draft>(key: K, value: Draft[K]) => {
      setDraft((held) => ({ ...held, [key]: value }))
      mend(key)
    },
    [setDraft, mend],
  )
  const setting = useCallback(
    (key: string, value: string) => {
      setDraft((held) => ({ ...held, settings: { ...held.settings, [key]: value } }))
      mend(`settings.${key}`)
    },
    [setDraft, mend],
  )
  return { draft, change, setting, reset: discard, dirty, theirs }
}

function draftOf(provider: Provider, account: Integration | undefined): Draft {
  const fallback = Object.fromEntries(provider.settings.map((each) => [each.key, each.default ?? '']))
  return {
    provider: provider.name,
    name: account?.name ?? provider.label,
    order: account?.order ?? 0,
    weight: account?.weight ?? 1,
    enabled: account?.enabled ?? true,
    per_second: account?.per_second ?? 0,
    concurrency: account?.concurrency ?? 0,
    per_day: account?.per_day ?? 0,
    categories: account?.categories ?? [],
    countries: account?.countries ?? [],
    receipt_within_seconds: account?.receipt_within_seconds ?? 0,
    unit_cost_micros: account?.unit_cost_micros ?? 0,
    sandbox: account?.sandbox ?? false,
    settings: { ...fallback, ...account?.settings_plain },
  }
}
