import type { Door } from '../../../lib/doors'
import type { ReportAnswer, ReportColumn, Row } from '../api'
import type { Measure } from '../measures'
import type { ReportWords } from '../words'

/** What every drawing is given. */
export interface DrawProps {
  id: string
  width: number
  label: string
  answer: ReportAnswer
  measure: Measure
  group: string | undefined
  words: ReportWords
  open: (column: ReportColumn, row: Row) => Door | undefined
}
