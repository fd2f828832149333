import { IconChartBar } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useId, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { State } from '../../components/States'
import type { Report, ReportAnswer, ReportColumn, Row } from './api'
import { notTaken, reportQuery } from './api'
import type { Ask } from './ask'
import { CardFoot } from './CardFoot'
import { CardMenu } from './CardMenu'
import { doorOf } from './doors'
import { Drawing } from './draw/Drawing'
import { Legend } from './draw/Legend'
import { Reader } from './draw/Reader'
import { useWidth } from './draw/use-width'
import { measuresOf, usualMeasure } from './measures'
import { savePicture } from './picture'
import classes from './Reports.module.css'
import { ReportTable } from './ReportTable'
import type { ReportWords } from './words'

interface Props {
  report: Report
  ask: Ask
  words: ReportWords
  /** What this card shows of the report: the group, the measure, table or drawing. */
  view: { group: string | undefined; measure: string | undefined; table: boolean }
  onView: (next: Partial<Props['view']>) => void
}

/** One report: its question, its drawing or table, and what can be done with it. */
export function ReportCard({ report, ask, words, view, onView }: Props) {
  const { t } = useTranslation()
  const heading = useId()
  const [frame, width] = useWidth()
  const card = useRef<HTMLElement>(null)
  const query = useQuery(reportQuery(report, ask, view.group))
  const group = view.group ?? report.params.find(({ name }) => name === 'group')?.default
  const measure = measuresOf(report).find(({ key }) => key === view.measure) ?? usualMeasure(report)
  const asTable = view.table !== (report.chart === 'table') || !measure
  const missing = notTaken(report, ask)
  const picture = () => card.current && void savePicture(card.current, { name: report.id, title: words.title(report) })
  return (
    <section ref={card} className={`card ${classes.card}`} aria-labelledby={heading} data-report={report.id}>
      <div className={classes.head}>
        <div>
          <h2 id={heading}>{words.title(report)}</h2>
          <p className={classes.question}>{words.question(report)}</p>
        </div>
        <CardMenu
          report={report}
          ask={ask}
          words={words}
          group={group}
          measure={measure}
          asTable={asTable}
          onView={onView}
          onPicture={asTable ? undefined : picture}
        />
      </div>
      {missing.length > 0 && (
        <p className={classes.note}>{t('reports.not_by', { names: missing.map(words.group).join(', ') })}</p>
      )}
      <div ref={frame} className={classes.frame} data-stale={query.isPlaceholderData || undefined}>
        <Answered of={query} loading={<div className={classes.gap} role="status" aria-label={t('state.loading')} />}>
          {(answer) => {
            const open = (column: ReportColumn, row: Row) => doorOf(column, row, { ask, answer, group })
            if (nothing(answer, report)) {
              return <State icon={IconChartBar} title={t('reports.empty')} text={t('reports.empty_text')} />
            }
            const draw = measure && {
              id: `d${heading.replaceAll(/\W/g, '')}`,
              width,
              label: words.title(report),
              answer,
              measure,
              group,
              words,
              open,
            }
            return (
              <>
                {!asTable && draw && (
                  <>
                    <Legend chart={report.chart} {...draw} />
                    <Reader label={t('reports.by_keys', { report: words.title(report) })}>
                      <Drawing chart={report.chart} {...draw} />
                    </Reader>
                  </>
                )}
                <ReportTable
                  report={report}
                  answer={answer}
                  group={group}
                  words={words}
                  open={open}
                  unseen={!asTable}
                />
                <CardFoot answer={answer} words={words} />
              </>
            )
          }}
        </Answered>
      </div>
    </section>
  )
}

/** Whether there is no figure in it at all, only zeros. */
function nothing(answer: ReportAnswer, report: Report): boolean {
  const axes = report.chart === 'heat' ? ['weekday', 'hour'] : []
  const places = report.columns.flatMap(({ type, name }, place) =>
    type === 'count' && !axes.includes(name) ? [place] : [],
  )
  return (answer.rows as (string | number | null)[][]).every((row) => places.every((place) => !row[place]))
}
