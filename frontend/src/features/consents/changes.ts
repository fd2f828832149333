import type { Schema } from '../../lib/api'

type Change = NonNullable<Schema['Consent']['changes']>[number]

/** A value as it is stored, in one line. */
export const valueText = (value: unknown): string =>
  value === null || value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value)

/** A change in one line: where, before and after. */
export const changeText = ({ path, from, to }: Change): string => `${path}: ${valueText(from)} → ${valueText(to)}`
