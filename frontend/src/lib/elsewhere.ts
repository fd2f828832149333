import { type RefObject, useEffect, useState } from 'react'

/** What the server has of something that is being written: the words as text, and the mark a save must name. */
export interface Stored {
  words: string
  revision: number | undefined
}

/** As text that is the same for the same words: the server may name fields in any order. */
export function wordsOf(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

/**
 * Whether the server has other words than those this editor knows of. The same
 * words in another state, approved or withdrawn, are no news to who writes: only
 * their mark is taken over. While a save is under way nothing can be said.
 */
export function useElsewhere(stored: Stored, known: RefObject<Stored>, busy: boolean): boolean {
  const { words, revision } = stored
  const same = words === known.current.words
  useEffect(() => {
    if (!busy && words === known.current.words) known.current = { words, revision }
  }, [busy, known, words, revision])
  return !busy && !same
}

/**
 * What a form is filled with. While nothing was changed in it, it shows what the
 * server has; once something was, that waits until somebody asks for it.
 */
export function useFilled<T>(stored: T) {
  const [base, setBase] = useState(stored)
  const [draft, setDraft] = useState(stored)
  const moved = wordsOf(stored) !== wordsOf(base)
  const dirty = wordsOf(draft) !== wordsOf(base)
  const mine = dirty && wordsOf(draft) !== wordsOf(stored)
  const take = () => {
    setBase(stored)
    setDraft(stored)
  }
  if (moved && !mine) take()
  return {
    draft,
    setDraft,
    dirty: wordsOf(draft) !== wordsOf(stored),
    discard: take,
    /** Takes what somebody else has saved meanwhile; not there while nobody has. */
    theirs: moved && mine ? take : undefined,
  }
}
