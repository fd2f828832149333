import { useEffect, useRef } from 'react'

/** Nothing has the focus: what had it is gone or cannot be used any more. */
const isLost = () => document.activeElement === null || document.activeElement === document.body

/** Puts a lost focus back where it was, or on the page when that place is gone. */
export function focusAgain(place: Element | null) {
  // What closes takes the focus with it a moment later.
  setTimeout(() => {
    // The page itself may have been closed in that moment.
    if (globalThis.document === undefined || !isLost()) return
    const usable = place instanceof HTMLElement && place.isConnected && !place.matches(':disabled')
    const target = usable && place !== document.body ? place : document.getElementById('content-main')
    target?.focus({ preventScroll: true })
  }, 30)
}

/**
 * Keeps the focus from getting lost on a page: a button that was busy for a
 * moment has it again afterwards, and a page that was opened by something that
 * is gone takes it itself.
 */
export function useKeptFocus(pathname: string) {
  useEffect(() => {
    let last: Element | null = null
    const remember = ({ target }: FocusEvent) => {
      last = target as Element
    }
    const watch = new MutationObserver((changes) => {
      if (isLost() && changes.some(({ target }) => target === last)) focusAgain(last)
    })
    document.addEventListener('focusin', remember)
    watch.observe(document.body, { subtree: true, attributeFilter: ['disabled'] })
    return () => {
      document.removeEventListener('focusin', remember)
      watch.disconnect()
    }
  }, [])
  const shown = useRef(pathname)
  useEffect(() => {
    if (shown.current === pathname) return
    shown.current = pathname
    focusAgain(null)
  }, [pathname])
}
