import { expect, test } from 'vitest'
import { addressText } from './names'

test('an address is shown as it is', () => {
  expect(addressText('ada@example.com')).toBe('ada@example.com')
})

test('a subscription is shown by where it leads', () => {
  expect(addressText('{"endpoint":"https://push.example.net/send/0123456789abcdef","keys":{}}')).toBe(
    'push.example.net …89abcdef',
  )
})

test('what cannot be read is shown whole', () => {
  expect(addressText('{"endpoint":')).toBe('{"endpoint":')
  expect(addressText('{"endpoint":"nowhere"}')).toBe('{"endpoint":"nowhere"}')
})
