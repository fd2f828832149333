import { describe, expect, it } from 'vitest'
import { emailDocument } from './email-document'
import { mrkdwn } from './mrkdwn'
import { safeLink } from './safe-link'
import { blocksOf } from './slack-blocks'

describe('an email in its frame', () => {
  it.each([
    ['<p>Hello</p>'],
    ['<!doctype html><html><head><title>x</title></head><body>Hello</body></html>'],
    ['<HTML><HEAD lang="en"><style>p{}</style></HEAD></HTML>'],
  ])('may load nothing: %s', (html) => {
    const frame = emailDocument(html)
    expect(frame).toMatch(/<head[^>]*><meta http-equiv="Content-Security-Policy" content="default-src 'none'/i)
    expect(frame.toLowerCase().startsWith(html.toLowerCase().startsWith('<html') ? '<html' : '<!doctype')).toBe(true)
  })
})

describe('Slack markup', () => {
  it('becomes runs of text, never HTML', () => {
    expect(mrkdwn('*DHL* has _it_: <https://example.com/a?b=1&amp;c=2|track> `code` ~old~ &lt;b&gt;')).toEqual([
      { text: 'DHL', bold: true },
      { text: ' has ' },
      { text: 'it', italic: true },
      { text: ': ' },
      { text: 'track', url: 'https://example.com/a?b=1&c=2' },
      { text: ' ' },
      { text: 'code', code: true },
      { text: ' ' },
      { text: 'old', strike: true },
      { text: ' <b>' },
    ])
  })

  it('does not make a link of a scheme that runs code', () => {
    expect(mrkdwn('<javascript:alert(1)|x>').some((run) => run.url)).toBe(false)
  })

  it('leaves snake_case and 2*3*4 alone', () => {
    expect(mrkdwn('snake_case_word 2*3*4')).toEqual([{ text: 'snake_case_word 2*3*4' }])
  })

  it('reads the blocks a notification uses, and skips what it cannot show', () => {
    const blocks = [
      { type: 'header', text: { type: 'plain_text', text: 'Down' } },
      { type: 'section', text: { type: 'mrkdwn', text: 'Look' }, fields: [{ text: 'a' }, { text: 'b' }] },
      { type: 'divider' },
      {
        type: 'context',
        elements: [
          { type: 'mrkdwn', text: 'since' },
          { type: 'image', alt_text: 'clock' },
        ],
      },
      { type: 'actions', elements: [{ type: 'button', text: { text: 'Open' } }] },
      { type: 'image' },
      7,
    ]
    const seen = [
      { kind: 'header', text: 'Down' },
      { kind: 'section', text: 'Look', fields: ['a', 'b'] },
      { kind: 'divider' },
      { kind: 'context', text: 'since  clock' },
      { kind: 'buttons', labels: ['Open'] },
    ]
    expect(blocksOf(blocks)).toEqual(seen)
    expect(blocksOf(JSON.stringify(blocks))).toEqual(seen)
    expect(blocksOf('no json')).toEqual([])
    expect(blocksOf(undefined)).toEqual([])
  })
})

describe('a link from a template', () => {
  it.each(['javascript:alert(1)', 'data:text/html,x', 'vbscript:x', 'http://['])('%s is not followed', (url) => {
    expect(safeLink(url)).toBeUndefined()
  })

  it.each(['https://example.com/', 'mailto:a@example.com'])('%s is followed', (url) => {
    expect(safeLink(url)).toBe(url)
  })
})
