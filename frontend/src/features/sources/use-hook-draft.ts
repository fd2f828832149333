import { useCallback } from 'react'
import { useFilled } from '../../lib/elsewhere'
import type { Hook, HookInput, Mapping } from './hook-api'

/** What a mapping is at first: the shape most payloads have. */
const first: Mapping = { type: 'type', to: [{ id: 'data.user_id' }] }

/** What the form holds until it is saved. A secret that is left empty keeps what there is. */
export function useHookDraft(hook: Hook | null, mend: (path: string) => void) {
  const { draft, setDraft, dirty, discard, theirs } = useFilled(draftOf(hook))
  const change = useCallback(
    (part: Partial<HookInput>) => {
      setDraft((held) => ({ ...held, ...part }))
      for (const key of Object.keys(part)) mend(key)
    },
    [setDraft, mend],
  )
  const map = useCallback(
    (part: Partial<Mapping>) => {
      setDraft((held) => ({ ...held, mapping: { ...held.mapping, ...part } }))
      for (const key of Object.keys(part)) mend(`mapping.${key}`)
    },
    [setDraft, mend],
  )
  const saved = useCallback((by: Hook) => setDraft(draftOf(by)), [setDraft])
  return { draft, change, map, saved, reset: discard, dirty, theirs }
}

function draftOf(hook: Hook | null): HookInput {
  return {
    enabled: hook?.enabled ?? true,
    scheme: hook?.scheme ?? 'standard',
    header: hook?.header ?? '',
    secret: '',
    retire_old_secret: false,
    mapping: whole(hook?.mapping ?? first),
  }
}

/** With the fields that the server leaves out when they are empty: written and emptied again is unchanged. */
function whole(mapping: Mapping): Mapping {
  return {
    types: {},
    data: {},
    idempotency_key: '',
    ...mapping,
    to: mapping.to.map((person) => ({ id: '', email: '', phone: '', name: '', locale: '', group: '', ...person })),
  }
}
