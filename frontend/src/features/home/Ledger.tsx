import { useTranslation } from 'react-i18next'
import { Door } from '../../components/Door'
import type { Schema } from '../../lib/api'
import { doors } from '../../lib/doors'
import type { MessageFilter } from '../../lib/message-filter'
import classes from './Ledger.module.css'

type Ledger = Schema['Ledger']

/** The books: every number is the door to the messages behind it. */
const columns: { key: Exclude<keyof Ledger, 'balanced'>; filter: MessageFilter; tone?: 'bad' | 'warn' }[] = [
  { key: 'accepted', filter: {} },
  { key: 'in_progress', filter: { status: ['held', 'queued', 'sending'] } },
  { key: 'delivered', filter: { status: ['delivered'] } },
  { key: 'sent', filter: { status: ['sent'] } },
  { key: 'skipped', filter: { status: ['skipped'] } },
  { key: 'expired', filter: { status: ['expired'] } },
  { key: 'cancelled', filter: { status: ['cancelled'] } },
  { key: 'unknown', filter: { status: ['unknown'] }, tone: 'warn' },
  { key: 'failed', filter: { status: ['failed'] }, tone: 'bad' },
]

export function Ledger({ ledger }: { ledger: Ledger }) {
  const { t, i18n } = useTranslation()
  const format = new Intl.NumberFormat(i18n.language)
  return (
    <section className={`card ${classes.ledger}`} aria-label={t('home.ledger')}>
      {columns.map(({ key, filter, tone }) => (
        <Door key={key} door={doors.messages(filter)} className={classes.cell}>
          <span className={classes.name}>{t(`home.ledger_${key}`)}</span>
          <span
            className={classes.number}
            data-tone={ledger[key] > 0 ? tone : undefined}
            data-zero={ledger[key] === 0 || undefined}
          >
            {format.format(ledger[key])}
          </span>
        </Door>
      ))}
    </section>
  )
}
