import { useTranslation } from 'react-i18next'
import table from '../../components/Table.module.css'
import type { Schema } from '../../lib/api'

/** What an import would do: its counts, or every row that stands in its way. */
export function ImportOutcome({ outcome }: { outcome: Schema['SuppressionImported'] }) {
  const { t } = useTranslation()
  const { rows, faults, known } = outcome
  if (faults.length === 0) {
    return (
      <p role="status" style={{ margin: 0 }}>
        {t('suppressions.import_counts', { rows, fresh: outcome.new, known })}
      </p>
    )
  }
  return (
    <div role="alert">
      <p style={{ margin: '0 0 6px', color: 'var(--bad)' }}>
        {t('suppressions.import_faults', { count: faults.length })}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region needs focus to be scrolled by keys */}
      <div className="card" style={{ maxHeight: 260, overflow: 'auto' }} tabIndex={0}>
        <table className={table.table}>
          <caption>{t('suppressions.import_faults', { count: faults.length })}</caption>
          <thead>
            <tr>
              <th scope="col">{t('suppressions.import_line')}</th>
              <th scope="col">{t('suppressions.import_field')}</th>
              <th scope="col">{t('suppressions.import_value')}</th>
              <th scope="col">{t('suppressions.import_fault')}</th>
            </tr>
          </thead>
          <tbody>
            {faults.map((fault) => (
              <tr key={`${fault.line}-${fault.field}-${fault.code}`}>
                <td>{fault.line}</td>
                <td>{fault.field}</td>
                <td className="cut">{fault.value}</td>
                <td>{fault.detail}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  )
}
