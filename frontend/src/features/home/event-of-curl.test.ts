import { describe, expect, it } from 'vitest'
import { eventOfCurl } from './event-of-curl'

describe('the event of a curl command', () => {
  it('is what the command would post', () => {
    const curl = `curl -X POST http://127.0.0.1:8080/v1/events \\
  -H "Authorization: Bearer ck_x" \\
  -d '{"type":"order.shipped","to":["ada","wei"],"data":{"note":"it'\\''s here"}}'`
    expect(eventOfCurl(curl)).toEqual({ type: 'order.shipped', to: ['ada', 'wei'], data: { note: "it's here" } })
  })

  it.each(['curl http://x', "curl -d 'no json'", `curl -d '{"to":[]}'`, `curl -d '[1]'`])('is none in %s', (curl) => {
    expect(eventOfCurl(curl)).toBeUndefined()
  })
})
