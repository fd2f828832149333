import type { ComponentProps, MouseEvent } from 'react'

interface BusyButtonProps extends ComponentProps<'button'> {
  'data-loading'?: boolean | undefined
  'data-disabled'?: boolean | undefined
}

/**
 * What every button of the app is drawn with. One that works is not disabled, or who
 * works by keys would lose their place: it keeps the focus, says that it is busy, and
 * does nothing when it is pressed again.
 */
export function BusyButton({ disabled, onClick, type = 'button', ...rest }: BusyButtonProps) {
  const busy = Boolean(rest['data-loading']) && !rest['data-disabled']
  return (
    <button
      {...rest}
      type={type}
      disabled={Boolean(disabled) && !busy}
      {...(busy ? { 'aria-busy': true, 'aria-disabled': true, onClick: ignore } : { onClick })}
    />
  )
}

/** Neither the button's own deed nor, by it, that of its form. */
function ignore(event: MouseEvent) {
  event.preventDefault()
  event.stopPropagation()
}
