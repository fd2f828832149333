import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { api, type Schema, unwrap } from '../../lib/api'
import { type Stored, useElsewhere, wordsOf } from '../../lib/elsewhere'
import { inWords } from '../../lib/faults'
import { checkQuery, type Workflow, workflowKeys } from './api'
import { type Draft, draftOf, inputOf } from './draft'

export type Saving = 'saved' | 'waiting' | 'saving' | Error

/** A workflow being written: the draft, which part is open, and whether it is saved. */
export interface Editing {
  key: string
  draft: Draft
  change: (with_: (draft: Draft) => Draft) => void
  /** The open part: trigger, settings, or the uid of a step. */
  selected: string
  select: (part: string) => void
  saving: Saving
  /** Saves at once what waits to be saved. */
  flush: () => Promise<void>
  /** Starts anew from what is stored, after something else than this editor changed it. */
  reset: () => Promise<void>
  readOnly: boolean
  /** Somebody else has saved other words meanwhile. */
  elsewhere: boolean
}

interface Options {
  readOnly: boolean
  onReset: () => void
}

function storedOf(workflow: Workflow): Stored {
  const words = wordsOf(inputOf(draftOf(workflow.draft ?? workflow)))
  return { words, revision: workflow.review.open?.revision }
}

/** A save names the revision it starts from, when there is one. */
function asked(draft: Draft, { revision }: Stored): Schema['WorkflowInput'] {
  return { ...inputOf(draft), ...(revision === undefined ? {} : { revision }) }
}

/** How long a pause in writing is, in ms. */
const pause = 900

export function useEditing(workflow: Workflow, { readOnly, onReset }: Options): Editing {
  const { key } = workflow
  const queries = useQueryClient()
  const [draft, setDraft] = useState(() => draftOf(workflow.draft ?? workflow))
  const [selected, select] = useState('trigger')
  const [saving, setSaving] = useState<Saving>('saved')
  const known = useRef(storedOf(workflow))
  const pending = useRef<Draft | null>(null)
  const save = useMutation({
    mutationFn: (input: Schema['WorkflowInput']) =>
      unwrap(api.PUT('/v1/workflows/{key}', { params: { path: { key } }, body: input })),
    onSuccess: async (saved) => {
      known.current = storedOf(saved)
      // An answer that was asked for before would bring the words before back.
      await queries.cancelQueries({ queryKey: workflowKeys.one(key) })
      queries.setQueryData(workflowKeys.one(key), saved)
      void queries.invalidateQueries({ queryKey: ['workflows', 'list'] })
    },
  })
  const running = useRef<Promise<void> | null>(null)
  const send = async () => {
    // One save at a time: each gives back the revision the next one starts from.
    while (running.current) await running.current
    const next = pending.current
    if (!next) return
    pending.current = null
    setSaving('saving')
    running.current = save
      .mutateAsync(asked(next, known.current))
      .then(() => setSaving(pending.current ? 'waiting' : 'saved'))
      .catch((error: Error) => setSaving(error))
      .finally(() => {
        running.current = null
      })
    await running.current
  }
  const flush = useRef(send)
  flush.current = send
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  // What is written last is not lost when the page is left.
  useEffect(
    () => () => {
      clearTimeout(timer.current)
      void flush.current()
    },
    [],
  )
  const newest = useRef(draft)
  const change = (with_: (draft: Draft) => Draft) => {
    if (readOnly) return
    const next = with_(newest.current)
    if (next === newest.current) return
    // At once, and with a timer of its own: a save that begins or ends before this is drawn knows of it.
    newest.current = next
    pending.current = next
    setDraft(next)
    setSaving('waiting')
    clearTimeout(timer.current)
    timer.current = setTimeout(() => void flush.current(), pause)
  }
  const reset = async () => {
    pending.current = null
    await queries.refetchQueries({ queryKey: workflowKeys.one(key) })
    void queries.invalidateQueries({ queryKey: workflowKeys.all })
    onReset()
  }
  const moved = useElsewhere(storedOf(workflow), known, saving === 'saving' || save.isPending)
  const anew = useRef(reset)
  anew.current = reset
  useEffect(() => {
    if (moved && readOnly) void anew.current()
  }, [moved, readOnly])
  const elsewhere = moved && !readOnly && !(saving instanceof Error)
  return { key, elsewhere, draft, change, selected, select, saving, flush: () => flush.current(), reset, readOnly }
}

const nothing = { faults: [], doubts: [] }

/** What is wrong with the draft as it stands, a moment after the last key. */
export function useFaults(key: string, draft: Draft): Schema['WorkflowFaults'] {
  const [settled] = useDebouncedValue(draft, 350)
  const input = useMemo(() => inputOf(settled), [settled])
  const { data } = useQuery({ ...checkQuery(key, input), placeholderData: keepPreviousData })
  return useMemo(() => (data ? { faults: inWords(data.faults), doubts: inWords(data.doubts) } : nothing), [data])
}
