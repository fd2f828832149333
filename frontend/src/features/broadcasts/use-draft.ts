import { useBlocker } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useFormFaults } from '../../lib/form-faults'
import { useMe } from '../../lib/session'
import { type Broadcast, useSave } from './api'
import { type Draft, dataOf, draftOf, inputOf } from './plan'
import { shownPaths } from './steps'
import { type Kept, useKeeping } from './use-keeping'

/** How long a pause in writing is, in ms. */
const pause = 900

/** What of a draft the server is to have, as one word; data that cannot be read is in it as it was written. */
const wordsOf = (draft: Draft) => JSON.stringify([inputOf(draft), dataOf(draft.data) === null ? draft.data : ''])

/**
 * A broadcast while it is written. One that is there is saved a moment after the
 * last key; one that is new is created when its writer says so or goes a step on.
 * What the server does not have yet outlives a reload in the tab.
 */
export function useDraft(of: Broadcast | undefined) {
  const member = useMe()?.member.id ?? ''
  const before = useMemo(() => draftOf(of), [of])
  const keeping = useKeeping(`${member}.${of?.id ?? 'new'}`)
  const [first] = useState<Kept>(() => {
    const kept = keeping.read()
    return kept && wordsOf(kept.draft) !== wordsOf(before) ? kept : { draft: before, known: wordsOf(before) }
  })
  const [draft, setDraft] = useState(first.draft)
  const [known, setKnown] = useState(first.known)
  const [restored, setRestored] = useState(first.draft !== before)
  /** The words that were sent last and taken: the server may write the same in other words. */
  const [taken, setTaken] = useState<string>()
  const [refused, setRefused] = useState<string>()
  const save = useSave(of?.id)
  const faults = useFormFaults(shownPaths)
  const words = wordsOf(draft)
  const dirty = words !== known && words !== taken
  const moved = wordsOf(before) !== known
  const whole = draft.name.trim() !== '' && dataOf(draft.data) !== null
  const follow = () => {
    setDraft(before)
    setKnown(wordsOf(before))
    setTaken(undefined)
    setRestored(false)
    setRefused(undefined)
    faults.take(null)
  }
  if (moved && !dirty && !save.isPending) follow()

  /** Saves what is there, and says whether there was anything to ask of the server. */
  const send = (then?: (saved: Broadcast) => void, otherwise?: () => void): boolean => {
    if (!whole || save.isPending) return false
    save.mutate(inputOf(draft, of?.revision), {
      onError: (error) => {
        faults.take(error)
        setRefused(words)
        otherwise?.()
      },
      onSuccess: (saved) => {
        faults.take(null)
        setKnown(wordsOf(draftOf(saved)))
        setTaken(words)
        setRefused(undefined)
        setRestored(false)
        if (!of) keeping.forget()
        then?.(saved)
      },
    })
    return true
  }
  const due = of !== undefined && dirty && whole && !moved && !save.isPending && refused !== words
  const flush = useRef(() => {})
  flush.current = () => void (due && send())
  const waiting = due ? words : ''
  useEffect(() => {
    if (waiting === '') return
    const timer = setTimeout(() => flush.current(), pause)
    return () => clearTimeout(timer)
  }, [waiting])
  // What is written last is not lost when the page is left.
  useEffect(() => () => flush.current(), [])
  useEffect(() => {
    if (dirty) keeping.keep({ draft, known })
    else keeping.drop()
  }, [keeping, dirty, draft, known])
  useBlocker({ shouldBlockFn: () => false, enableBeforeUnload: () => dirty })

  const change = (part: Partial<Draft>) => {
    setDraft((now) => ({ ...now, ...part }))
    for (const path of shownPaths) faults.mend(path)
  }
  return {
    draft,
    change,
    faults,
    dirty,
    whole,
    /** It is being saved. */
    busy: save.isPending,
    /** The server did not take what is written now. */
    refused: refused === words,
    /** What is here comes from before a reload. */
    restored: restored && dirty,
    /** Somebody else saved other words meanwhile. */
    elsewhere: moved && dirty && !save.isPending,
    send,
    follow,
  }
}

export type Writing = ReturnType<typeof useDraft>
