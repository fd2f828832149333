import { Skeleton } from '@mantine/core'
import { lazy, Suspense } from 'react'

export interface DiffViewProps {
  /** What the two texts are, for those who do not see them. */
  label: string
  before: string
  after: string
  beforeLabel: string
  afterLabel: string
  language?: 'liquid' | 'json' | 'text'
}

const Diff = lazy(() => import('./Diff'))

/** Two texts side by side with what differs, loaded when the first one is shown. */
export function DiffView(props: DiffViewProps) {
  return (
    <Suspense fallback={<Skeleton height={90} radius={4} />}>
      <Diff {...props} />
    </Suspense>
  )
}
