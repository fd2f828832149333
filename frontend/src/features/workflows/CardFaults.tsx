import { IconAlertCircle, IconHelpCircle } from '@tabler/icons-react'
import type { Fault } from './draft'
import classes from './Flow.module.css'

/** The first fault of a card, or its first doubt, and how many more. */
export function CardFaults({ faults, doubts = [] }: { faults: Fault[]; doubts?: Fault[] }) {
  const worst = faults.length > 0 ? faults : doubts
  const first = worst[0]
  if (!first) return null
  const isFault = faults.length > 0
  const Glyph = isFault ? IconAlertCircle : IconHelpCircle
  return (
    <span className={classes.fault} data-doubt={!isFault || undefined}>
      <Glyph size={14} aria-hidden />
      {first.path ? `${first.path}: ${first.detail}` : first.detail}
      {worst.length > 1 && ` (+${worst.length - 1})`}
    </span>
  )
}
