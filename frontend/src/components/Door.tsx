import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Door as Target } from '../lib/doors'

interface Props {
  door: Target
  className?: string | undefined
  children: ReactNode
  label?: string
  onClick?: () => void
}

/** A link to a page of ours. */
export function Door({ door, className, children, label, onClick }: Props) {
  return (
    <Link
      to={door.to}
      search={(door.search ?? {}) as never}
      className={className}
      {...(door.hash ? { hash: door.hash } : {})}
      {...(label ? { 'aria-label': label } : {})}
      {...(onClick ? { onClick } : {})}
    >
      {children}
    </Link>
  )
}
