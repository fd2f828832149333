import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { shows, staleBy } from './stale'

const src = resolve(import.meta.dirname, '..')
const api = resolve(src, '../../backend/api')

/** Kinds that nobody but their owner can read: nobody is told of them. */
const untold = ['session', 'two_factor']

describe('what a change makes stale', () => {
  it('is said of every kind that the audit log keeps', () => {
    const rows = readdirSync(api)
      .filter((file) => file.endsWith('.go') && !file.endsWith('_test.go'))
      .flatMap((file) =>
        [...readFileSync(join(api, file), 'utf8').matchAll(/audited\("(\w+)\./g)].map(([, kind]) => kind),
      )
    // Those under review are named once for all of them.
    const kinds = new Set([...rows, 'template', 'workflow', 'layout', 'approval'])
    expect(kinds.size).toBeGreaterThan(15)
    expect([...kinds].filter((kind) => !untold.includes(kind ?? '')).sort()).toEqual(
      Object.keys(shows)
        .filter((kind) => kinds.has(kind))
        .sort(),
    )
  })

  it('names only queries that there are', () => {
    const code = readdirSync(src, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file) && !file.startsWith('app/stale'))
      .map((file) => readFileSync(join(src, file), 'utf8'))
      .join('\n')
    for (const name of new Set(Object.values(shows).flat())) {
      expect(code).toMatch(new RegExp(`(\\[|queryKey: \\[)'${name.split('/')[0]}'`))
    }
  })

  const template = { kind: 'template', ids: ['order.shipped'] }
  it.each([
    ['the list', template, ['templates', 'list', {}], true],
    ['the page of it', template, ['templates', 'one', 'order.shipped'], true],
    ['what hangs on its page', template, ['templates', 'one', 'order.shipped', 'history'], true],
    ['the page of another', template, ['templates', 'one', 'account.created'], false],
    ['any page when none is named', { kind: 'template', ids: [] }, ['templates', 'one', 'account.created'], true],
    ['the approvals and their number', template, ['approvals', 'counts'], true],
    ['what has nothing to do with it', template, ['groups', 'list', {}], false],
    [
      'a page that shows another kind',
      { kind: 'approval', ids: ['apr_1'] },
      ['templates', 'one', 'order.shipped'],
      true,
    ],
    ['the audit log', template, ['audit', 'list', {}], true],
    ['not for a message', { kind: 'message', ids: [] }, ['audit', 'list', {}], false],
    [
      'a message whose run was stopped',
      { kind: 'notification', ids: ['ntf_1'] },
      ['messages', 'notification', 'ntf_1'],
      true,
    ],
    ['a message whose broadcast was', { kind: 'broadcast', ids: ['brc_1'] }, ['messages', 'one', 'msg_1'], true],
    ['what the sandbox received', { kind: 'message', ids: [] }, ['sandbox', 'list', 'email'], true],
    ['but not its faults', { kind: 'message', ids: [] }, ['sandbox', 'faults'], false],
    ['nothing by a kind nobody knows', { kind: 'secret', ids: [] }, ['templates', 'list', {}], false],
  ])('%s', (_, change, key, want) => expect(staleBy(change, key)).toBe(want))
})
