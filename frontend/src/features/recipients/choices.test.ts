import { describe, expect, it } from 'vitest'
import type { Schema } from '../../lib/api'
import { cellOf, withCell, withChannel } from './choices'

const category = (mandatory = false): Schema['Category'] => ({ key: 'news', name: 'News', mandatory, created_at: '' })

describe('what holds in the end', () => {
  it.each<[string, Schema['Preferences'], boolean]>([
    ['is on when nothing was chosen', {}, true],
    ['follows the channel', { channels: { sms: false } }, false],
    ['follows the category', { categories: { news: { enabled: false } } }, false],
    [
      'is off where the channel is off for everything',
      { channels: { sms: false }, categories: { news: { channels: { sms: true } } } },
      false,
    ],
    [
      'follows the channel within the category first',
      { categories: { news: { enabled: false, channels: { sms: true } } } },
      true,
    ],
    [
      'follows an off within the category',
      { categories: { news: { enabled: true, channels: { sms: false } } } },
      false,
    ],
  ])('%s', (_, preferences, effective) => {
    expect(cellOf(preferences, category(), 'sms').effective).toBe(effective)
  })

  it('cannot be chosen for what is always on', () => {
    expect(cellOf({ categories: { news: { enabled: false } } }, category(true))).toEqual({
      chosen: false,
      locked: true,
      effective: true,
    })
  })
})

describe('a choice', () => {
  it('leaves the others as they are', () => {
    const before = { channels: { push: false }, categories: { news: { enabled: true }, orders: { enabled: false } } }
    expect(withCell(before, 'news', 'sms', false)).toEqual({
      channels: { push: false },
      categories: { news: { enabled: true, channels: { sms: false } }, orders: { enabled: false } },
    })
    expect(withCell(before, 'news', undefined, false).categories?.news).toEqual({ enabled: false })
    expect(withChannel(before, 'sms', true).channels).toEqual({ push: false, sms: true })
  })
})
