import { useTranslation } from 'react-i18next'
import table from '../../components/Table.module.css'
import type { Preview } from './draft'
import { faultText } from './Faults'
import classes from './Syncs.module.css'

/** What the first rows would become. Nothing of them is stored. */
export function People({ preview: { people, more } }: { preview: Preview }) {
  const { t } = useTranslation()
  if (people.length === 0) return null
  const faulty = people.filter(({ faults }) => faults.length > 0).length
  return (
    <div>
      <p role="status">
        {t('syncs.would', { count: people.length - faulty, faulty })} {more && t('syncs.more')}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and nothing in it takes the focus */}
      <section className={`${table.wrap} ${classes.scroll}`} aria-label={t('syncs.people')} tabIndex={0}>
        <table className={table.table}>
          <caption>{t('syncs.people')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('imports.to_id')}</th>
              <th scope="col">{t('column.name')}</th>
              <th scope="col">{t('column.address')}</th>
              <th scope="col">{t('syncs.groups')}</th>
              <th scope="col">{t('imports.reason')}</th>
            </tr>
          </thead>
          <tbody>
            {people.map(({ line, recipient, groups, gone, faults }) => (
              <tr key={line}>
                <td className="cut">{recipient.id}</td>
                <td className="cut">{recipient.name}</td>
                <td className="cut">{recipient.addresses.map(({ address }) => address).join(' · ')}</td>
                <td className="cut">{groups.join(' · ')}</td>
                <td>
                  {faults.length > 0 && <span className={classes.bad}>{faultText(faults)}</span>}
                  {gone && <span className={classes.dim}>{t('syncs.is_gone')}</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  )
}
