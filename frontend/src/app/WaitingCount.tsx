import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { approvalCounts } from '../lib/approvals'
import classes from './WaitingCount.module.css'

/** How many approvals wait, beside the name of their page. */
export function WaitingCount() {
  const { t } = useTranslation()
  const waiting = useQuery(approvalCounts).data?.waiting ?? 0
  if (waiting === 0) return null
  return (
    <span className={classes.count}>
      <span aria-hidden>{waiting > 99 ? '99+' : waiting}</span>
      <span className="unseen">{t('approvals.waiting_count', { count: waiting })}</span>
    </span>
  )
}
