import { describe, expect, it } from 'vitest'
import { csvLine } from './csv'

describe('a line of a table file', () => {
  it.each([
    ['plain words stay as they are', ['a', 'b c'], 'a,b c\r\n'],
    [
      'a comma, a quote and a line break are quoted',
      ['a,b', 'say "hi"', 'one\ntwo'],
      '"a,b","say ""hi""","one\ntwo"\r\n',
    ],
    ['nothing is an empty cell', [null, undefined, ''], ',,\r\n'],
    ['a number stays a number, below zero too', [-1.5, 20, true], '-1.5,20,true\r\n'],
    ['a formula becomes a text', ['=1+1', '+49123', '-2', '@SUM(A1)'], "'=1+1,'+49123,'-2,'@SUM(A1)\r\n"],
    ['a formula behind a tab or a line break becomes a text', ['\t=1', '\r=1'], '\'\t=1,"\'\r=1"\r\n'],
    ['a formula with a quote is both', ['=HYPERLINK("http://x","y")'], '"\'=HYPERLINK(""http://x"",""y"")"\r\n'],
  ])('%s', (_, cells, line) => {
    expect(csvLine(cells)).toBe(line)
  })
})
