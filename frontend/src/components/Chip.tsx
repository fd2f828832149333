import type { Icon } from '@tabler/icons-react'
import classes from './Chip.module.css'

export type Tone = 'good' | 'bad' | 'warn' | 'calm' | 'busy'

/** A state in a word, with an icon: never told by colour alone. */
export function Chip({
  tone,
  icon: Glyph,
  children,
  title,
}: {
  tone: Tone
  icon: Icon
  children: string
  title?: string
}) {
  return (
    <span className={classes.chip} data-tone={tone} title={title}>
      <Glyph size={13} stroke={2} aria-hidden />
      {children}
    </span>
  )
}
