import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { ApiError } from '../../lib/api'
import { usePermission } from '../../lib/session'
import { type Input, saveTemplate, templateKeys, type View } from './api'

/** Where the words on the page stand: only `saved` means that the server has them. */
export type SaveState = 'saved' | 'unsaved' | 'saving' | 'failed' | 'conflict'

const pause = 900

/** The words of a view that an author changes. */
export function inputOf({ version, draft }: View): Input {
  const from = draft ?? version
  const { channels = {}, default_locale = 'en', layout = '', schema = null } = from ?? {}
  return { channels, default_locale, layout, schema }
}

/**
 * What is being written. It is saved a moment after the last key; a save that
 * would overwrite somebody else's is refused by the server and said here.
 */
export function useDraft(view: View) {
  const queries = useQueryClient()
  const readOnly = !usePermission('content:write')
  const [input, setInput] = useState(() => inputOf(view))
  const [state, setState] = useState<SaveState>('saved')
  const [error, setError] = useState<Error>()
  const revision = useRef(view.review.open?.revision ?? 0)
  const newest = useRef(input)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const blocked = useRef(false)
  const running = useRef<Promise<void> | undefined>(undefined)

  const save = useCallback(async () => {
    clearTimeout(timer.current)
    await running.current
    if (blocked.current) return
    const words = newest.current
    setState('saving')
    running.current = saveTemplate(view.key, { ...words, revision: revision.current })
      .then((saved) => {
        revision.current = saved.review.open?.revision ?? 0
        queries.setQueryData(templateKeys.one(view.key), saved)
        setError(undefined)
        setState(newest.current === words ? 'saved' : 'unsaved')
      })
      .catch((cause: Error) => {
        const stale = cause instanceof ApiError && cause.fields.some(({ path }) => path === 'revision')
        blocked.current = stale
        setError(cause)
        setState(stale ? 'conflict' : 'failed')
      })
    await running.current
  }, [view.key, queries])

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
    await queries.invalidateQueries({ queryKey: templateKeys.one(view.key) })
    const fresh = queries.getQueryData<View>(templateKeys.one(view.key))
    if (!fresh) return
    revision.current = fresh.review.open?.revision ?? 0
    newest.current = inputOf(fresh)
    blocked.current = false
    setError(undefined)
    setInput(newest.current)
    setState('saved')
  }, [queries, view.key])

  return { input, change, state, error, save, reload, readOnly }
}

export type Draft = ReturnType<typeof useDraft>
