import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { ChannelLabel } from '../../components/ChannelLabel'
import { Door } from '../../components/Door'
import table from '../../components/Table.module.css'
import { Time } from '../../components/Time'
import type { Schema } from '../../lib/api'
import { doors } from '../../lib/doors'
import { useIntegrationName } from '../../lib/integrations'
import type { MessageFilter } from '../../lib/message-filter'
import { isOneOf, outcomes } from '../../lib/words'
import classes from './Causes.module.css'

type Cause = Schema['Cause']

/** What went wrong, most frequent first; each line leads to its messages. */
export function Causes({ causes, filter }: { causes: Cause[]; filter: MessageFilter }) {
  const { t } = useTranslation()
  return (
    <section className={`card ${classes.causes}`} aria-labelledby="causes">
      <h2 id="causes" className={classes.head}>
        {t('failures.causes')}
      </h2>
      <div className={table.wrap}>
        <table className={table.table}>
          <caption>{t('failures.causes_caption')}</caption>
          <thead>
            <tr>
              <th scope="col" className={table.right}>
                {t('failures.count')}
              </th>
              <th scope="col">{t('failures.cause')}</th>
              <th scope="col">{t('column.channel')}</th>
              <th scope="col">{t('column.integration')}</th>
              <th scope="col">{t('message.template')}</th>
              <th scope="col" className={table.right}>
                {t('failures.first')}
              </th>
              <th scope="col" className={table.right}>
                {t('failures.last')}
              </th>
            </tr>
          </thead>
          <tbody>
            {causes.map((cause) => (
              <CauseRow key={keyOf(cause)} cause={cause} filter={filter} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function CauseRow({ cause, filter }: { cause: Cause; filter: MessageFilter }) {
  const nameOf = useIntegrationName()
  const { t, i18n } = useTranslation()
  const outcome = causeOf(cause, t)
  return (
    <tr>
      <td className={`${table.right} ${classes.count}`}>{new Intl.NumberFormat(i18n.language).format(cause.count)}</td>
      <td className={classes.cause}>
        <div className="cut">
          <Door door={doors.failures(narrowed(filter, cause))} className={table.cover}>
            {outcome}
          </Door>
          {cause.error_code && <code className={classes.code}>{cause.error_code}</code>}
          {cause.error_detail && (
            <span className={classes.detail} title={cause.error_detail}>
              {cause.error_detail}
            </span>
          )}
        </div>
      </td>
      <td>
        <ChannelLabel channel={cause.channel} />
      </td>
      <td className="cut">{nameOf(cause.integration)}</td>
      <td className="cut">{cause.template}</td>
      <td className={`${table.right} ${table.dim}`}>
        <span className={table.above}>
          <Time at={cause.first_at} />
        </span>
      </td>
      <td className={`${table.right} ${table.dim}`}>
        <span className={table.above}>
          <Time at={cause.last_at} />
        </span>
      </td>
    </tr>
  )
}

/** A vendor can accept a message and report later that it did not arrive. */
function causeOf(cause: Cause, t: TFunction): string {
  if (cause.outcome === 'ok') return t('failures.by_receipt')
  return isOneOf(outcomes, cause.outcome) ? t(`outcome.${cause.outcome}`) : t('status.failed')
}

/** The filter that leaves only this cause. */
function narrowed(filter: MessageFilter, cause: Cause): MessageFilter {
  return {
    ...filter,
    channel: [cause.channel],
    ...(cause.integration ? { integration: cause.integration } : {}),
    ...(cause.error_code ? { error_code: cause.error_code } : {}),
    ...(cause.template ? { template: cause.template } : {}),
  }
}

function keyOf(cause: Cause): string {
  return [cause.channel, cause.integration, cause.outcome, cause.error_code, cause.error_detail, cause.template].join(
    '|',
  )
}
