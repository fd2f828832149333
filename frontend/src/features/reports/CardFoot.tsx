import { useTranslation } from 'react-i18next'
import { Time } from '../../components/Time'
import type { ReportAnswer } from './api'
import classes from './Reports.module.css'
import type { ReportWords } from './words'

/** Which store answered and when, and what the answer does not have. */
export function CardFoot({ answer, words }: { answer: ReportAnswer; words: ReportWords }) {
  const { t } = useTranslation()
  return (
    <footer className={classes.foot}>
      {answer.lacks.map((lack) => (
        <p key={lack.code}>{words.lack(lack)}</p>
      ))}
      {(answer.partial?.length ?? 0) > 0 && <p>{t('reports.partial_hint')}</p>}
      <p>
        {t(`reports.store_${answer.store}`)} · {t('reports.refreshed')} <Time at={answer.refreshed_at} />
      </p>
    </footer>
  )
}
