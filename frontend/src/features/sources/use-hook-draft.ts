import { useCallback, useMemo, useState } from 'react'
import type { Hook, HookInput, Mapping } from './hook-api'

/** What a mapping is at first: the shape most payloads have. */
const first: Mapping = { type: 'type', to: [{ id: 'data.user_id' }] }

/** What the form holds until it is saved. A secret that is left empty keeps what there is. */
export function useHookDraft(hook: Hook | null, mend: (path: string) => void) {
  const before = useMemo(() => draftOf(hook), [hook])
  const [draft, setDraft] = useState(before)
  const change = useCallback(
    (part: Partial<HookInput>) => {
      setDraft((held) => ({ ...held, ...part }))
      for (const key of Object.keys(part)) mend(key)
    },
    [mend],
  )
  const map = useCallback(
    (part: Partial<Mapping>) => {
      setDraft((held) => ({ ...held, mapping: { ...held.mapping, ...part } }))
      for (const key of Object.keys(part)) mend(`mapping.${key}`)
    },
    [mend],
  )
  const reset = useCallback(() => setDraft(before), [before])
  const dirty = hook === null || JSON.stringify(draft) !== JSON.stringify(before)
  return { draft, change, map, reset, dirty }
}

function draftOf(hook: Hook | null): HookInput {
  return {
    enabled: hook?.enabled ?? true,
    scheme: hook?.scheme ?? 'standard',
    header: hook?.header ?? '',
    secret: '',
    retire_old_secret: false,
    mapping: hook?.mapping ?? first,
  }
}
