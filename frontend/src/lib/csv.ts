/** What a cell of a table file may hold. */
export type Cell = string | number | boolean | null | undefined

/** A spreadsheet runs a text that begins like this as a formula. */
const formula = /^[=+\-@\t\r\n]/

/** One line of a table file, as RFC 4180 wants it. No text can become a formula; numbers stay numbers. */
export function csvLine(cells: Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

function csvCell(cell: Cell): string {
  if (cell === null || cell === undefined) return ''
  if (typeof cell !== 'string') return String(cell)
  const text = formula.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Hands a file to the browser's downloads. The mark at its beginning tells spreadsheets that it is UTF-8. */
export function saveCsv(name: string, lines: string[]) {
  const url = URL.createObjectURL(new Blob(['\uFEFF', ...lines], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  document.body.append(link)
  link.click()
  link.remove()
  // The download has its own hold on the data once it has begun.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
