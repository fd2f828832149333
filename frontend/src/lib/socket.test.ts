import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeSocket } from '../testing/fake-socket'
import { backoff } from './backoff'
import { openSocket } from './socket'

const settle = () => vi.advanceTimersByTimeAsync(0)

describe('the socket', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    FakeSocket.all = []
    vi.stubGlobal('WebSocket', FakeSocket)
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  function open(url: () => string | Promise<string> = () => 'ws://here/one') {
    const frames: unknown[] = []
    const states: boolean[] = []
    const socket = openSocket({
      url,
      onFrame: (frame) => frames.push(frame),
      onState: (up) => states.push(up),
      random: () => 1,
    })
    return { socket, frames, states }
  }

  it('hands over frames and says when it is up', async () => {
    const { frames, states, socket } = open()
    await settle()
    FakeSocket.last.open()
    FakeSocket.last.say({ type: 'hello' })
    FakeSocket.last.say('not json')
    expect(frames).toEqual([{ type: 'hello' }])
    expect(states).toEqual([true])
    socket.close()
  })

  it('connects again after it was dropped, each time later, with a new address', async () => {
    let tickets = 0
    const { socket } = open(() => `ws://here/${++tickets}`)
    await settle()
    for (const wait of [500, 1000, 2000]) {
      const before = FakeSocket.all.length
      FakeSocket.last.drop()
      await vi.advanceTimersByTimeAsync(wait - 1)
      expect(FakeSocket.all).toHaveLength(before)
      await vi.advanceTimersByTimeAsync(1)
      expect(FakeSocket.all).toHaveLength(before + 1)
    }
    expect(FakeSocket.all.map((each) => each.url)).toEqual(['ws://here/1', 'ws://here/2', 'ws://here/3', 'ws://here/4'])
    socket.close()
  })

  it('starts with short waits again once a frame has come', async () => {
    const { socket } = open()
    await settle()
    FakeSocket.last.drop()
    await vi.advanceTimersByTimeAsync(500)
    FakeSocket.last.open()
    FakeSocket.last.say({ type: 'hello' })
    FakeSocket.last.drop()
    await vi.advanceTimersByTimeAsync(500)
    expect(FakeSocket.all).toHaveLength(3)
    socket.close()
  })

  it('gives up when the server refuses the caller', async () => {
    const { socket } = open()
    await settle()
    FakeSocket.last.drop(4401)
    await vi.advanceTimersByTimeAsync(120_000)
    expect(FakeSocket.all).toHaveLength(1)
    socket.close()
  })

  it('gives up when no address will ever come, and goes on asking while one may', async () => {
    const forbidden = vi.fn().mockRejectedValue(Object.assign(new Error('no'), { final: true }))
    const given = open(forbidden)
    const broken = vi.fn().mockRejectedValue(new Error('later'))
    const { socket } = open(broken)
    await vi.advanceTimersByTimeAsync(2000)
    expect(forbidden).toHaveBeenCalledTimes(1)
    expect(broken.mock.calls.length).toBeGreaterThan(1)
    given.socket.close()
    socket.close()
  })

  it('does not wait when the browser is online again', async () => {
    const { socket } = open()
    await settle()
    for (let drop = 0; drop < 3; drop++) {
      FakeSocket.last.drop()
      await vi.advanceTimersByTimeAsync(drop === 2 ? 0 : 2000)
    }
    const before = FakeSocket.all.length
    window.dispatchEvent(new Event('online'))
    await settle()
    expect(FakeSocket.all).toHaveLength(before + 1)
    socket.close()
  })

  it('stays closed once it was closed', async () => {
    const { socket, states } = open()
    await settle()
    FakeSocket.last.open()
    socket.close()
    await vi.advanceTimersByTimeAsync(120_000)
    expect(FakeSocket.all).toHaveLength(1)
    expect(states).toEqual([true])
    expect(socket.send({})).toBe(false)
  })

  it('is closed while it is being opened only once it is open, and heard no more', async () => {
    const { socket, states, frames } = open()
    await settle()
    socket.close()
    expect(FakeSocket.last.readyState).toBe(FakeSocket.CONNECTING)
    FakeSocket.last.open()
    FakeSocket.last.say({ type: 'hello' })
    expect(FakeSocket.last.readyState).toBe(3)
    expect([states, frames]).toEqual([[], []])
  })
})

describe('the backoff', () => {
  it('doubles up to half a minute', () => {
    expect([0, 1, 2, 5, 6, 40].map((attempt) => backoff(attempt, () => 1))).toEqual([
      500, 1000, 2000, 16_000, 30_000, 30_000,
    ])
  })

  it('spreads clients over half of the wait', () => {
    expect(backoff(4, () => 0)).toBe(4000)
    expect(backoff(4, () => 1)).toBe(8000)
  })
})
