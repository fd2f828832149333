import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { Door } from '../../components/Door'
import { type Report, type Row, reportQuery, rowsOf } from './api'
import type { Ask } from './ask'
import { doorOf } from './doors'
import { change, figure } from './figures'
import classes from './Reports.module.css'
import type { ReportWords } from './words'

/** The four figures: which column each is of, whose list it opens, and whether more of it is good. */
const heads = [
  { name: 'accepted', opens: 'accepted', good: 0, beside: undefined },
  { name: 'delivered_rate', opens: 'delivered', good: 1, beside: undefined },
  { name: 'p50', opens: 'delivered', good: -1, beside: 'p95' },
  { name: 'failed', opens: 'failed', good: -1, beside: undefined },
] as const

/** The head of the page: what was accepted, how much arrived, how fast, what failed. */
export function Headline({ report, ask, words }: { report: Report; ask: Ask; words: ReportWords }) {
  const { t } = useTranslation()
  // The change is always said; comparing the drawings is a choice.
  const query = useQuery(reportQuery(report, { ...ask, compare: true }))
  return (
    <section
      className={`card ${classes.heads}`}
      aria-label={words.title(report)}
      data-stale={query.isPlaceholderData || undefined}
    >
      <Answered of={query} loading={<div className={classes.headGap} role="status" aria-label={t('state.loading')} />}>
        {(answer) => {
          const [now] = rowsOf(answer)
          const [before] = answer.previous ? rowsOf(answer, answer.previous as never) : []
          return now
            ? heads.map((head) => {
                const column = report.columns.find(({ name }) => name === head.name)
                const opening = report.columns.find(({ name }) => name === head.opens)
                if (!column) return null
                const door = opening && doorOf(opening, now, { ask, answer, group: undefined })
                const beside = report.columns.find(({ name }) => name === head.beside)
                return (
                  <div key={head.name} className={classes.headCell}>
                    <span className={classes.headName}>{words.column(column)}</span>
                    <span className={classes.headNumber}>
                      {door ? (
                        <Door door={door}>{figure(now[head.name] ?? null, column, words.language)}</Door>
                      ) : (
                        figure(now[head.name] ?? null, column, words.language)
                      )}
                    </span>
                    {beside && (
                      <span className={classes.headBeside}>
                        {words.column(beside)}: {figure(now[beside.name] ?? null, beside, words.language)}
                      </span>
                    )}
                    <Change now={now} before={before} name={head.name} good={head.good} shape={column} words={words} />
                  </div>
                )
              })
            : null
        }}
      </Answered>
    </section>
  )
}

interface ChangeProps {
  now: Row
  before: Row | undefined
  name: string
  good: -1 | 0 | 1
  shape: Report['columns'][number]
  words: ReportWords
}

function Change({ now, before, name, good, shape, words }: ChangeProps) {
  const { t } = useTranslation()
  const moved = before && change(now[name] ?? null, before[name] ?? null, shape, t, words.language)
  if (!moved) return <span className={classes.headChange}>{t('reports.no_before')}</span>
  const tone = moved.rose * good
  return (
    <span className={classes.headChange} data-tone={tone > 0 ? 'good' : tone < 0 ? 'bad' : undefined}>
      <span aria-hidden>{moved.rose > 0 ? '▲ ' : moved.rose < 0 ? '▼ ' : ''}</span>
      {moved.rose > 0
        ? t('reports.more', { text: moved.text })
        : moved.rose < 0
          ? t('reports.less', { text: moved.text })
          : t('reports.same')}
    </span>
  )
}
