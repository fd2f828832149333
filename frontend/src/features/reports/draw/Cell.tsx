import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Door } from '../../../lib/doors'
import classes from '../Reports.module.css'

interface Props {
  door: Door | undefined
  name: string
  /** Where it stands for who reads by keys: the column and the row. */
  at: [number, number]
  children: ReactNode
}

/** A part of a drawing: says its figure when it is pointed at or read by keys, and leads to the list behind it. */
export function Cell({ door, name, at, children }: Props) {
  const navigate = useNavigate()
  if (!door) {
    return (
      <g data-at={at.join(' ')}>
        <title>{name}</title>
        {children}
      </g>
    )
  }
  const go = () => void navigate({ to: door.to, search: (door.search ?? {}) as never })
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Enter in the drawing around it does the same
    <g className={classes.cell} data-at={at.join(' ')} data-door onClick={go}>
      <title>{name}</title>
      {children}
    </g>
  )
}
