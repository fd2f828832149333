import { type RefObject, useLayoutEffect, useRef, useState } from 'react'

/** The height of a row with its line, in px; Table.module.css says the same. */
export const rowHeight = 32
/** Shorter lists are drawn whole. */
const wholeUpTo = 80
/** Rows drawn beyond what is seen, so that scrolling shows no gap. */
const margin = 20

export interface RowWindow {
  body: RefObject<HTMLTableSectionElement | null>
  from: number
  to: number
}

/** Which rows of a long table are worth drawing: those near what is seen. */
export function useRowWindow(count: number): RowWindow {
  const body = useRef<HTMLTableSectionElement>(null)
  const [first, setFirst] = useState(0)
  const long = count > wholeUpTo
  useLayoutEffect(() => {
    if (!long) return
    let frame = 0
    const measure = () => {
      frame = 0
      const top = body.current?.getBoundingClientRect().top ?? 0
      const seen = Math.max(0, Math.floor(-top / rowHeight) - margin)
      // In steps, so that not every wheel tick draws.
      setFirst(seen - (seen % 10))
    }
    const ask = () => {
      frame ||= requestAnimationFrame(measure)
    }
    measure()
    addEventListener('scroll', ask, { passive: true })
    addEventListener('resize', ask)
    return () => {
      cancelAnimationFrame(frame)
      removeEventListener('scroll', ask)
      removeEventListener('resize', ask)
    }
  }, [long])
  if (!long) return { body, from: 0, to: count }
  const from = Math.min(first, count)
  return { body, from, to: Math.min(count, from + Math.ceil(innerHeight / rowHeight) + 2 * margin + 10) }
}
