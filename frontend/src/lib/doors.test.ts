import { describe, expect, it } from 'vitest'
import { doorOfId } from './doors'

describe('a pasted id', () => {
  it.each([
    ['msg_01a1fd765fec7401921c281acc1b3056', '/messages/msg_01a1fd765fec7401921c281acc1b3056', undefined],
    ['  evt_01a1fd765fb37530a3236af75d23f62a\n', '/events/evt_01a1fd765fb37530a3236af75d23f62a', undefined],
    ['ntf_01a1fd765fec735cb8b0ea0546dfec30', '/messages', { q: 'ntf_01a1fd765fec735cb8b0ea0546dfec30' }],
  ])('%s opens its page', (text, to, search) => {
    expect(doorOfId(text)).toEqual(search ? { to, search } : { to })
  })

  it.each(['order.shipped', 'msg_', 'msg_../../x', 'xyz_0011', 'evt_xyz'])('%s opens nothing', (text) => {
    expect(doorOfId(text)).toBeUndefined()
  })
})
