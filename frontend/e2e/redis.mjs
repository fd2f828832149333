// A Redis of one's own that keeps nothing on disk, and can be made to forget.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { until } from './caller.mjs'
import { freePort } from './house.mjs'

export async function openRedis() {
  const port = await freePort()
  const words = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', tmpdir()]
  const server = spawn('redis-server', words.map(String), { stdio: ['ignore', 'ignore', 'inherit'] })
  const ended = once(server, 'exit')
  /** Says a line and answers what Redis says to it. */
  const say = (line) =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(`${line}\r\n`))
      socket.once('error', reject)
      socket.once('data', (answer) => {
        socket.destroy()
        resolve(String(answer).trim())
      })
    })
  const close = async () => {
    server.kill('SIGTERM')
    await ended
  }
  await until('Redis to answer', async () => (await say('PING').catch(() => '')) === '+PONG')
  return { url: `redis://127.0.0.1:${port}`, say, close }
}
