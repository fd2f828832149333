import { type KeyboardEvent, type ReactNode, useCallback, useLayoutEffect, useRef, useState } from 'react'
import classes from '../Reports.module.css'
import { moves, next, type Point, pointsIn } from './reading'

interface Props {
  /** What a screen reader says of it when it has the focus. */
  label: string
  children: ReactNode
}

/**
 * A drawing that is read by keys as well: arrows move from figure to figure, each
 * is said and shown, Enter opens the list behind it, Escape leaves it.
 */
export function Reader({ label, children }: Props) {
  const frame = useRef<HTMLDivElement>(null)
  const at = useRef<Point>(undefined)
  const [said, setSaid] = useState('')
  const stand = useCallback((point: Point | undefined) => {
    at.current?.element.removeAttribute('data-read')
    at.current = point
    point?.element.setAttribute('data-read', '')
    setSaid(point?.element.querySelector('title')?.textContent ?? '')
  }, [])
  // New figures take the place of those before: who reads stays where they are, if it is still there.
  useLayoutEffect(() => {
    const before = at.current
    if (!before || !frame.current) return
    stand(pointsIn(frame.current).find(({ x, y }) => x === before.x && y === before.y))
  })
  const press = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    if (moves(event.key)) {
      event.preventDefault()
      const found = next(pointsIn(event.currentTarget), at.current, event.key)
      if (found) stand(found)
    } else if (event.key === 'Escape') stand(undefined)
    else if (event.key === 'Enter' && at.current?.element.hasAttribute('data-door')) {
      event.preventDefault()
      at.current.element.dispatchEvent(new MouseEvent('click', { bubbles: true }))
    }
  }
  return (
    <div
      ref={frame}
      className={classes.reader}
      role="application"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys read it, as its role says
      tabIndex={0}
      onKeyDown={press}
      onBlur={() => stand(undefined)}
    >
      {children}
      <p className={classes.said} aria-live="polite">
        {said}
      </p>
    </div>
  )
}
