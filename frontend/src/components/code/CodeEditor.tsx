import { Skeleton } from '@mantine/core'
import { lazy, Suspense } from 'react'

/** A variable, property or filter that can be completed. */
export interface Word {
  label: string
  detail?: string
  info?: string
}

/** A piece of Liquid that can be rendered by name, with what it can be given. */
export interface Partial {
  key: string
  parameters: readonly { name: string; required: boolean }[]
}

/** A fault at a place of the text; lines and columns count from one. */
export interface Fault {
  line: number
  column?: number
  message: string
}

export interface CodeEditorProps {
  /** What a screen reader calls it. */
  label: string
  value: string
  onChange?: (value: string) => void
  language: 'liquid' | 'html' | 'json' | 'text'
  faults?: readonly Fault[]
  variables?: readonly Word[]
  /** What can follow a path such as recipient. */
  properties?: (path: readonly string[]) => readonly Word[]
  filters?: readonly Word[]
  partials?: readonly Partial[]
  readOnly?: boolean
  minHeight?: string
  maxHeight?: string
  /** Hands over a way to put text where the cursor is. */
  onReady?: (insert: (text: string) => void) => void
}

const Editor = lazy(() => import('./Editor'))

/** A code editor, loaded when the first one is shown. */
export function CodeEditor(props: CodeEditorProps) {
  return (
    <Suspense fallback={<Skeleton height={props.minHeight ?? 120} radius={4} />}>
      <Editor {...props} />
    </Suspense>
  )
}
