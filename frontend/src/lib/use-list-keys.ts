import { useLayoutEffect } from 'react'
import { rowHeight } from './use-row-window'

interface Keys {
  /** How many rows there are, drawn or not. */
  count: number
  /** Chooses or lets go of a row; absent where rows cannot be chosen. */
  toggle?: ((index: number) => void) | undefined
}

/** j and k walk through the rows, x chooses one, / goes to the search. Enter is the link's own. */
export function useListKeys({ count, toggle }: Keys) {
  // Before it is painted: the keys work on what can be seen.
  useLayoutEffect(() => {
    let at = -1
    const walk = (step: number) => {
      const here = rowOf(document.activeElement)
      at = Math.max(0, Math.min(count - 1, (here < 0 ? at : here) + step))
      if (count > 0) focusRow(at)
    }
    const onKey = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || isBusy(event.target)) return
      if (event.key === 'j') walk(1)
      else if (event.key === 'k') walk(-1)
      else if (event.key === 'x' && toggle && rowOf(document.activeElement) >= 0) toggle(rowOf(document.activeElement))
      else if (event.key === '/') document.querySelector<HTMLInputElement>('main [type=search]')?.focus()
      else return
      event.preventDefault()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [count, toggle])
}

const fields = 'input:not([type=checkbox]), textarea, select, [contenteditable=true]'

/** True while keys belong to a field, a dialog or a menu. */
export function isBusy(target: EventTarget | null): boolean {
  if (document.querySelector('[role=dialog], [role=menu]')) return true
  return target instanceof HTMLElement && target.closest(fields) !== null
}

function rowOf(element: Element | null): number {
  return Number(element?.closest<HTMLElement>('[data-row]')?.dataset.row ?? -1)
}

function focusRow(index: number) {
  if (focusDrawn(index)) return
  const body = document.querySelector('main [data-rows]')
  if (!body) return
  const top = body.getBoundingClientRect().top + scrollY + index * rowHeight
  scrollTo({ top: top - innerHeight / 2 })
  // One frame to measure, one to draw.
  requestAnimationFrame(() => requestAnimationFrame(() => focusDrawn(index)))
}

function focusDrawn(index: number): boolean {
  const row = document.querySelector(`main [data-rows] [data-row="${index}"]`)
  const target = row?.querySelector<HTMLElement>('a') ?? row?.querySelector<HTMLElement>('button, input')
  if (!row || !target) return false
  target.focus({ preventScroll: true })
  row.scrollIntoView({ block: 'nearest' })
  return true
}
