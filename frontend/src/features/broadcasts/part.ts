import type { Draft } from './plan'

interface Choice {
  value: string
  label: string
}

export interface Choices {
  segments: Choice[]
  groups: Choice[]
  categories: Choice[]
  templates: Choice[]
  workflows: Choice[]
}

/** What every part of the form is given. */
export interface Part {
  draft: Draft
  change: (part: Partial<Draft>) => void
  faultOf: (path: string) => string | undefined
  choices: Choices
}
