import { IconChartBar } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { LiveMark } from '../../components/LiveMark'
import { PageHeader } from '../../components/PageHeader'
import { LoadingRows, State } from '../../components/States'
import { menuQuery } from './api'
import { useAsk } from './ask'
import { Headline } from './Headline'
import { ReportBar } from './ReportBar'
import { ReportCard } from './ReportCard'
import classes from './Reports.module.css'
import { useReportWords } from './words'

/** Every report the server knows, drawn from its own description. */
export function ReportsPage() {
  const { t } = useTranslation()
  const menu = useQuery(menuQuery)
  const words = useReportWords()
  const [ask, search, setSearch] = useAsk()
  const set = (word: string, value: string | undefined) => {
    const { [word]: _, ...others } = search
    setSearch(value ? { ...others, [word]: value } : others, { replace: true })
  }
  const tables = new Set((search.tables ?? '').split(',').filter(Boolean))
  const turn = (id: string, on: boolean) => {
    const next = new Set(tables)
    if (on) next.add(id)
    else next.delete(id)
    set('tables', [...next].join(','))
  }
  return (
    <>
      <PageHeader title={t('reports.title')} intro={t('reports.intro')}>
        {ask.span === '1h' && <LiveMark />}
      </PageHeader>
      <Answered of={menu} loading={<LoadingRows rows={12} />}>
        {(reports) => {
          if (reports.length === 0) return <State icon={IconChartBar} title={t('reports.none_at_all')} />
          const head = reports.find(({ chart }) => chart === 'figures')
          return (
            <>
              <ReportBar menu={reports} words={words} />
              {head && <Headline report={head} ask={ask} words={words} />}
              {ask.compare && <p className={classes.compared}>{t('reports.before_hint')}</p>}
              <div className={classes.grid}>
                {reports
                  .filter(({ chart }) => chart !== 'figures')
                  .map((report) => (
                    <ReportCard
                      key={report.id}
                      report={report}
                      ask={ask}
                      words={words}
                      view={{
                        group: search[`by.${report.id}`],
                        measure: search[`show.${report.id}`],
                        table: tables.has(report.id),
                      }}
                      onView={({ group, measure, table }) => {
                        if (group !== undefined) set(`by.${report.id}`, group)
                        if (measure !== undefined) set(`show.${report.id}`, measure)
                        if (table !== undefined) turn(report.id, table)
                      }}
                    />
                  ))}
              </div>
            </>
          )
        }}
      </Answered>
    </>
  )
}
