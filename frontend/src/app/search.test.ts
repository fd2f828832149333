import { describe, expect, it } from 'vitest'
import { pages } from './routes'
import { doorOfHit } from './search'

describe('what was found by name', () => {
  it.each([
    ['opens its own page', ['/templates', '/templates/$key'], { to: '/templates/order%2F1' }],
    ['opens its list, searched, when it has no page', ['/templates'], { to: '/templates', search: { q: 'order/1' } }],
    [
      'is not mistaken for a page further down',
      ['/templates', '/templates/$key/diff'],
      { to: '/templates', search: { q: 'order/1' } },
    ],
    ['finds its messages when it has no list', [], { to: '/messages', search: { q: 'order/1' } }],
  ])('%s', (_, paths, door) => {
    expect(doorOfHit({ kind: 'template', id: 'order/1', name: 'Order' }, paths)).toEqual(door)
  })

  it('has a page of its own for a vendor account', () => {
    const paths = pages.map(({ path }) => path)
    expect(doorOfHit({ kind: 'integration', id: 'int_1', name: 'Mail' }, paths)).toEqual({ to: '/channels/int_1' })
  })
})
