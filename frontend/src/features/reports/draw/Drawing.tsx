import { Bars } from './Bars'
import { Funnel } from './Funnel'
import { Heat } from './Heat'
import { Lines } from './Lines'
import type { DrawProps } from './props'
import { Stack } from './Stack'

const kinds: Partial<Record<string, (props: DrawProps) => React.ReactNode>> = {
  stack: Stack,
  lines: Lines,
  funnel: Funnel,
  heat: Heat,
}

/** Draws a report the way it says. One that wants a table, or something not known yet, is drawn as bars when it is drawn. */
export function Drawing({ chart, ...props }: DrawProps & { chart: string }) {
  const Kind = kinds[chart] ?? Bars
  return <Kind {...props} />
}
