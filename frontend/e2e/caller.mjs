// Calls the API as a script would, outside of the browser: with the cookie of a
// session, or with an API key.
import assert from 'node:assert/strict'
import { patience } from './slow.mjs'

/** The signed-in member of a page, but without the page: whatever it hides can be asked for. */
export async function memberCaller(page, house) {
  const cookies = await page.context().cookies()
  const headers = { Cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') }
  const me = await callerWith(house, headers).must(200, 'GET', '/v1/auth/me')
  return callerWith(house, { ...headers, 'X-CSRF-Token': me.csrf_token })
}

export const keyCaller = (house, secret) => callerWith(house, { Authorization: `Bearer ${secret}` })

function callerWith(house, headers) {
  /** Text goes as the table it is, everything else as JSON. */
  const call = async (method, path, body) => {
    const isTable = typeof body === 'string'
    const answer = await fetch(`${house.url}${path}`, {
      method,
      headers: { ...headers, ...(body ? { 'Content-Type': isTable ? 'text/csv' : 'application/json' } : {}) },
      ...(body ? { body: isTable ? body : JSON.stringify(body) } : {}),
    })
    return { status: answer.status, body: await answer.json() }
  }
  /** Calls, and insists on the status; answers the data or, when refused, the whole answer. */
  const must = async (status, method, path, body) => {
    const answer = await call(method, path, body)
    assert.equal(answer.status, status, `${method} ${path}: ${JSON.stringify(answer.body)}`)
    return status < 300 ? answer.body.data : answer.body
  }
  return { call, must }
}

/** Asks again until the answer is what was waited for. */
export async function until(what, ask, milliseconds = 180_000) {
  const deadline = Date.now() + patience(milliseconds)
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (Date.now() > deadline) throw new Error(`not in time: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
