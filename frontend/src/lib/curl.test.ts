import { describe, expect, it } from 'vitest'
import { curlOf } from './curl'

describe('a call for a terminal', () => {
  it.each([
    [
      'reads a list with its filter, and holds no key',
      { path: '/v1/messages', filter: { status: ['failed', 'unknown'], q: undefined } },
      'curl -s \'http://here/v1/messages?status=failed,unknown\' \\\n  -H "Authorization: Bearer $CLARION_API_KEY"',
    ],
    [
      'sends a body, and a quote in it ends no word',
      { path: '/v1/events', method: 'POST', body: { type: "it's" } },
      [
        "curl -s -X POST 'http://here/v1/events'",
        '-H "Authorization: Bearer $CLARION_API_KEY"',
        "-H 'Content-Type: application/json'",
        `-d '{"type":"it'\\''s"}'`,
      ].join(' \\\n  '),
    ],
  ])('%s', (_, call, text) => {
    expect(curlOf(call, 'http://here')).toBe(text)
  })
})
