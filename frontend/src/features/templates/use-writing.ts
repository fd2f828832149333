import { type QueryKey, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { ApiError, type Schema } from '../../lib/api'
import { type Stored, useElsewhere, wordsOf } from '../../lib/elsewhere'
import { usePermission } from '../../lib/session'

/** Where the words on the page stand: only `saved` means that the server has them. */
export type SaveState = 'saved' | 'unsaved' | 'saving' | 'failed' | 'conflict'

const pause = 900

/** What stands under review. */
interface Reviewed {
  review: Schema['ReviewHead']
}

/** A thing that is written: how it is remembered, what of it an author changes, and how that is saved. */
interface Written<View, Input> {
  queryKey: QueryKey
  inputOf: (view: View) => Input
  save: (input: Input, revision: number) => Promise<View>
}

/**
 * What is being written. It is saved a moment after the last key; a save that
 * would overwrite somebody else's is refused by the server and said here.
 */
export function useWriting<View extends Reviewed, Input>(view: View, written: Written<View, Input>) {
  const queries = useQueryClient()
  const readOnly = !usePermission('content:write')
  const [input, setInput] = useState(() => written.inputOf(view))
  const [state, setState] = useState<SaveState>('saved')
  const [error, setError] = useState<Error>()
  const stored = (of: View): Stored => ({
    words: wordsOf(written.inputOf(of)),
    revision: of.review.open?.revision ?? 0,
  })
  const known = useRef(stored(view))
  const newest = useRef(input)
  const of = useRef(written)
  of.current = written
  const storedOf = useRef(stored)
  storedOf.current = stored
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const blocked = useRef(false)
  const running = useRef<Promise<void> | undefined>(undefined)
  const taken = useRef<Input>(undefined)
  const [busy, setBusy] = useState(false)

  const save = useCallback(async () => {
    clearTimeout(timer.current)
    const waits = running.current !== undefined
    // One save at a time: each gives back the revision the next one starts from.
    while (running.current) await running.current
    const words = newest.current
    // Of several that waited, the first has taken what the others would.
    if (blocked.current || (waits && taken.current === words)) return
    setState('saving')
    setBusy(true)
    running.current = of.current
      .save(words, known.current.revision ?? 0)
      .then(async (saved) => {
        known.current = storedOf.current(saved)
        // An answer that was asked for before would bring the words before back.
        await queries.cancelQueries({ queryKey: of.current.queryKey, exact: true })
        queries.setQueryData(of.current.queryKey, saved)
        taken.current = words
        setError(undefined)
        setState(newest.current === words ? 'saved' : 'unsaved')
      })
      .catch((cause: Error) => {
        const stale = cause instanceof ApiError && cause.fields.some(({ path }) => path === 'revision')
        blocked.current = stale
        setError(cause)
        setState(stale ? 'conflict' : 'failed')
      })
      .finally(() => {
        running.current = undefined
        setBusy(false)
      })
    await running.current
  }, [queries])

  const change = useCallback(
    (next: Input) => {
      newest.current = next
      setInput(next)
      setState((now) => (now === 'conflict' ? now : 'unsaved'))
      clearTimeout(timer.current)
      timer.current = setTimeout(() => void save(), pause)
    },
    [save],
  )
  useEffect(() => () => clearTimeout(timer.current), [])

  /** Gives up what is here for what the server has. */
  const reload = useCallback(async () => {
    await queries.invalidateQueries({ queryKey: of.current.queryKey })
    const fresh = queries.getQueryData<View>(of.current.queryKey)
    if (!fresh) return
    known.current = storedOf.current(fresh)
    newest.current = of.current.inputOf(fresh)
    blocked.current = false
    setError(undefined)
    setInput(newest.current)
    setState('saved')
  }, [queries])

  const moved = useElsewhere(stored(view), known, busy)
  useEffect(() => {
    if (moved && readOnly) void reload()
  }, [moved, readOnly, reload])
  const elsewhere = moved && !readOnly && state !== 'conflict'
  return { input, change, state, error, save, reload, readOnly, elsewhere }
}

/** What the marks and buttons around an editor need to know of it. */
export type Standing = Pick<
  ReturnType<typeof useWriting>,
  'state' | 'error' | 'save' | 'reload' | 'readOnly' | 'elsewhere'
>
