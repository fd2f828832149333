import { describe, expect, it } from 'vitest'
import { ApiError } from './api'
import { sorted } from './form-faults'

const refused = (...paths: string[]) =>
  new ApiError(
    422,
    'validation_failed',
    'no',
    paths.map((path) => ({ path, code: 'x', detail: `${path} is wrong` })),
  )

describe('the faults of a form', () => {
  it.each([
    ['a fault goes to its field', refused('name'), ['name'], { name: 'name is wrong' }, undefined],
    [
      'a fault inside a field goes to the field, and says where',
      refused('settings.api_key', 'list[2]'),
      ['settings', 'list'],
      { settings: '.api_key: settings.api_key is wrong', list: '[2]: list[2] is wrong' },
      undefined,
    ],
    [
      'the narrowest field wins',
      refused('settings.from'),
      ['settings', 'settings.from'],
      { 'settings.from': 'settings.from is wrong' },
      undefined,
    ],
    [
      'a fault without a place is said above the form',
      refused('name', 'other'),
      ['name'],
      { name: 'name is wrong' },
      ['other'],
    ],
    ['an error without fields is said above the form', refused(), ['name'], {}, []],
  ])('%s', (_, error, shown, placed, left) => {
    const found = sorted(error, shown)
    expect(found.placed).toEqual(placed)
    expect((found.left as ApiError | undefined)?.fields.map((field) => field.path)).toEqual(left)
  })

  it('no error leaves no fault', () => {
    expect(sorted(null, ['name'])).toEqual({ placed: {}, left: undefined })
  })
})
