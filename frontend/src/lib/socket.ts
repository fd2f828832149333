import { backoff } from './backoff'

export interface SocketOptions {
  /** The address, fetched anew for each connection: a ticket works once. */
  url: () => string | Promise<string>
  onFrame: (frame: unknown, send: (frame: unknown) => void) => void
  onState?: (connected: boolean) => void
  /** The server will not have this caller again. */
  onRefused?: () => void
  /** For tests. */
  random?: () => number
}

export interface LiveSocket {
  send: (frame: unknown) => boolean
  close: () => void
}

/** The server says that these credentials will never be accepted. */
const refused = new Set([4401, 4403])

/**
 * Keeps one WebSocket open until closed. It reconnects with jittered backoff,
 * at once when the browser comes back online, and gives up only when the server
 * refuses the caller or `url` throws an error marked `final`.
 */
export function openSocket(options: SocketOptions): LiveSocket {
  let socket: WebSocket | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let attempt = 0
  let closed = false
  let connecting = false

  const send = (frame: unknown): boolean => {
    if (socket?.readyState !== WebSocket.OPEN) return false
    socket.send(JSON.stringify(frame))
    return true
  }

  const later = () => {
    if (closed) return
    clearTimeout(timer)
    timer = setTimeout(connect, backoff(attempt++, options.random))
  }

  async function connect() {
    if (closed || connecting || socket) return
    connecting = true
    try {
      const url = await options.url()
      if (!closed) attach(new WebSocket(url))
    } catch (error) {
      if (!(error instanceof Object && 'final' in error && error.final)) later()
    } finally {
      connecting = false
    }
  }

  function attach(next: WebSocket) {
    socket = next
    next.onopen = () => options.onState?.(true)
    next.onmessage = (event) => {
      const frame = parse(event.data)
      if (frame === undefined) return
      // A frame, not the handshake, proves that the connection works.
      attempt = 0
      options.onFrame(frame, send)
    }
    next.onclose = (event) => {
      if (socket !== next) return
      socket = undefined
      options.onState?.(false)
      if (refused.has(event.code)) options.onRefused?.()
      else later()
    }
  }

  const hurry = () => {
    if (closed || socket) return
    clearTimeout(timer)
    attempt = 0
    void connect()
  }

  window.addEventListener('online', hurry)
  void connect()

  return {
    send,
    close: () => {
      closed = true
      clearTimeout(timer)
      window.removeEventListener('online', hurry)
      const last = socket
      socket = undefined
      if (!last) return
      last.onmessage = null
      // One that is closed before it is open is told of as an error by the browser.
      last.onopen = () => last.close()
      if (last.readyState !== WebSocket.CONNECTING) last.close()
    },
  }
}

function parse(data: unknown): unknown {
  try {
    return JSON.parse(String(data))
  } catch {
    return undefined
  }
}

/** ws: or wss: address of a path on this host. */
export function socketURL(path: string): string {
  return `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}${path}`
}
