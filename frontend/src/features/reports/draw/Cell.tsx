import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Door } from '../../../lib/doors'
import classes from '../Reports.module.css'

/** A part of a drawing: says its figure when it is pointed at, and leads to the list behind it. */
export function Cell({ door, name, children }: { door: Door | undefined; name: string; children: ReactNode }) {
  const navigate = useNavigate()
  if (!door) {
    return (
      <g>
        <title>{name}</title>
        {children}
      </g>
    )
  }
  const go = () => void navigate({ to: door.to, search: (door.search ?? {}) as never })
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a drawing is one picture; its table has the same doors as links
    <g className={classes.cell} data-door onClick={go}>
      <title>{name}</title>
      {children}
    </g>
  )
}
