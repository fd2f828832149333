/** Calls `run` at once, then at most once per `wait`; the last call is never lost. */
export function throttle(run: () => void, wait: number): { (): void; cancel: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  let again = false
  const rest = () => {
    timer = undefined
    if (!again) return
    again = false
    fire()
  }
  const fire = () => {
    if (timer) {
      again = true
      return
    }
    timer = setTimeout(rest, wait)
    run()
  }
  fire.cancel = () => clearTimeout(timer)
  return fire
}
