import type { Schema } from '../../lib/api'
import { freshKey } from '../../lib/fresh-key'

export type Step = Schema['Step']
export type Condition = Schema['Condition']
export type Fault = Schema['FieldError']

/** A step on the screen: its place may change and its key too, but not its uid. */
export type DraftStep = Step & { uid: string }

/** A workflow while it is being written. */
export interface Draft extends Required<Omit<Schema['WorkflowInput'], 'steps' | 'event_schema' | 'revision'>> {
  steps: DraftStep[]
  event_schema: Record<string, unknown> | null
}

export function draftOf(workflow: Schema['Workflow']): Draft {
  const { event_type, name, category, priority, critical, expires_after_seconds, enabled, cancel_on, event_schema } =
    workflow
  return {
    event_type,
    name,
    category,
    priority,
    critical,
    expires_after_seconds,
    enabled,
    cancel_on: cancel_on ?? [],
    steps: (workflow.steps ?? []).map((step) => ({ ...step, uid: freshKey() })),
    event_schema: isObject(event_schema) ? event_schema : null,
  }
}

/** A workflow of which nothing is known but what starts it. */
export function emptyDraft(eventType: string, category: string): Draft {
  return {
    event_type: eventType,
    name: '',
    category,
    priority: 'medium',
    critical: false,
    expires_after_seconds: 0,
    enabled: true,
    cancel_on: [],
    steps: [],
    event_schema: null,
  }
}

type Json = NonNullable<Schema['WorkflowInput']['event_schema']> | null

/** What the API takes. */
export function inputOf(draft: Draft): Schema['WorkflowInput'] {
  const { steps, event_schema, ...rest } = draft
  return { ...rest, steps: steps.map(({ uid: _, ...step }) => step), event_schema: event_schema as Json }
}

export function addStep(draft: Draft, at: number, step: Step): { draft: Draft; uid: string } {
  const uid = freshKey()
  const steps = [...draft.steps]
  steps.splice(at, 0, { ...step, key: freeKey(draft, step.key), uid })
  return { draft: { ...draft, steps }, uid }
}

/** A key like the wished one that no step has. */
function freeKey(draft: Draft, wish: string): string {
  const taken = new Set(draft.steps.map((step) => step.key))
  let key = wish
  for (let n = 2; taken.has(key); n++) key = `${wish}-${n}`
  return key
}

export function removeStep(draft: Draft, uid: string): Draft {
  return { ...draft, steps: draft.steps.filter((step) => step.uid !== uid) }
}

export function changeStep(draft: Draft, uid: string, change: Partial<Step>): Draft {
  return { ...draft, steps: draft.steps.map((step) => (step.uid === uid ? { ...step, ...change } : step)) }
}

/** Moves a step to another place; a place that does not exist changes nothing. */
export function moveStep(draft: Draft, uid: string, to: number): Draft {
  const from = draft.steps.findIndex((step) => step.uid === uid)
  const moved = draft.steps[from]
  if (!moved || to < 0 || to >= draft.steps.length || to === from) return draft
  const steps = draft.steps.filter((step) => step.uid !== uid)
  steps.splice(to, 0, moved)
  return { ...draft, steps }
}

/** The faults of a part, with their paths from there on. */
export function faultsBelow(faults: readonly Fault[], prefix: string): Fault[] {
  return faults.flatMap((fault) => {
    if (fault.path === prefix) return [{ ...fault, path: '' }]
    const rest = fault.path.startsWith(prefix) ? fault.path.slice(prefix.length) : ''
    if (rest.startsWith('.')) return [{ ...fault, path: rest.slice(1) }]
    return rest.startsWith('[') ? [{ ...fault, path: rest }] : []
  })
}

/** What is said of exactly one field. */
export function faultAt(faults: readonly Fault[], path: string): string | undefined {
  return faults.find((fault) => fault.path === path)?.detail
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
