import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { throttle } from './throttle'

describe('the throttle', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('runs at once, then once per wait, and never loses the last call', () => {
    const run = vi.fn()
    const fire = throttle(run, 100)
    for (let call = 0; call < 50; call++) fire()
    expect(run).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(100)
    expect(run).toHaveBeenCalledTimes(2)
    vi.advanceTimersByTime(1000)
    expect(run).toHaveBeenCalledTimes(2)
    fire()
    expect(run).toHaveBeenCalledTimes(3)
  })

  it('runs no more once it was cancelled', () => {
    const run = vi.fn()
    const fire = throttle(run, 100)
    fire()
    fire()
    fire.cancel()
    vi.advanceTimersByTime(1000)
    expect(run).toHaveBeenCalledTimes(1)
  })
})
