import { type RefObject, useEffect, useRef, useState } from 'react'

/** How wide the place for a drawing is. */
export function useWidth(usual = 620): [RefObject<HTMLDivElement | null>, number] {
  const ref = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(usual)
  useEffect(() => {
    const place = ref.current
    if (!place || typeof ResizeObserver === 'undefined') return
    const watch = new ResizeObserver(([entry]) => {
      const now = Math.round(entry?.contentRect.width ?? 0)
      if (now > 0) setWidth(now)
    })
    watch.observe(place)
    return () => watch.disconnect()
  }, [])
  return [ref, width]
}
