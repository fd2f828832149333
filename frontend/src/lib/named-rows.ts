import { useState } from 'react'
import { wordsOf } from './elsewhere'

/** A name and what it stands for, as they are typed. */
export type NamedRow = readonly [name: string, value: string]

interface Named {
  value: Record<string, string>
  /** Whether a row counts before it has a value; without, it does. */
  empty?: 'kept' | 'dropped'
  onChange: (value: Record<string, string>) => void
}

/**
 * A map of names as rows to type in. A row without a name, or with a name that
 * stands further up, waits in its row; what comes from elsewhere, such as by
 * Discard, wins over rows that were typed here.
 */
export function useNamedRows({ value, empty = 'kept', onChange }: Named) {
  const [typed, setTyped] = useState<readonly NamedRow[]>(() => Object.entries(value))
  const isTaken = (at: number) => isTwice(rows, at)
  const kept = (of: readonly NamedRow[]) =>
    Object.fromEntries(
      of
        .filter(([name, text], at) => name.trim() !== '' && (empty === 'kept' || text !== '') && !isTwice(of, at))
        .map(([name, text]) => [name.trim(), text]),
    )
  const rows = wordsOf(kept(typed)) === wordsOf(value) ? typed : Object.entries(value)
  const put = (next: readonly NamedRow[]) => {
    setTyped(next)
    onChange(kept(next))
  }
  return {
    rows,
    isTaken,
    set: (at: number, row: NamedRow) => put(rows.map((each, n) => (n === at ? row : each))),
    remove: (at: number) => put(rows.filter((_, n) => n !== at)),
    add: () => setTyped([...rows, ['', '']]),
  }
}

const isTwice = (rows: readonly NamedRow[], at: number) => {
  const name = rows[at]?.[0].trim()
  return name !== '' && rows.findIndex(([other]) => other.trim() === name) < at
}
