import { expect, test } from 'vitest'
import { telegramRuns } from './telegram-html'

test('marks become marked text', () => {
  expect(telegramRuns('<b>Shipped</b>: <i>a</i> <s>b</s> <code>c</code> &amp; d\ne')).toEqual([
    { text: 'Shipped', bold: true },
    { text: ': ' },
    { text: 'a', italic: true },
    { text: ' ' },
    { text: 'b', strike: true },
    { text: ' ' },
    { text: 'c', code: true },
    { text: ' & d\ne' },
  ])
})

test('marks add up', () => {
  expect(telegramRuns('<b>a<i>b</i></b>')).toEqual([
    { text: 'a', bold: true },
    { text: 'b', bold: true, italic: true },
  ])
})

test('only web addresses become links', () => {
  expect(telegramRuns('<a href="https://example.com/1">x</a><a href="javascript:alert(1)">y</a>')).toEqual([
    { text: 'x', url: 'https://example.com/1' },
    { text: 'y' },
  ])
})

test('what would run is only text', () => {
  const runs = telegramRuns('<img src=x onerror=alert(1)><b onclick="x()">b</b><script>window.__hit = 1</script>')
  expect(runs.find(({ bold }) => bold)).toEqual({ text: 'b', bold: true })
  expect((window as { __hit?: number }).__hit).toBeUndefined()
})
