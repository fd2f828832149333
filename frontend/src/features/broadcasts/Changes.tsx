import { useTranslation } from 'react-i18next'
import table from '../../components/Table.module.css'
import { Time } from '../../components/Time'
import type { Broadcast } from './api'
import classes from './Broadcasts.module.css'
import { changesOf } from './changes'

/** What is different since somebody decided about it, or it was submitted, the time before. */
export function Changes({ of }: { of: Broadcast }) {
  const { t } = useTranslation()
  const { before } = of
  if (!before) return null
  const list = changesOf(of, t)
  const deed = before.state === 'rejected' ? 'rejected' : before.state === 'submitted' ? 'submitted' : 'approved'
  return (
    <section className={`card ${classes.card}`} aria-label={t('broadcasts.changes')}>
      <h2>{t('broadcasts.changes')}</h2>
      <p className={classes.dim}>
        {t(`broadcasts.before_${deed}`, { by: before.by })} <Time at={before.at} />
      </p>
      {list.length === 0 ? (
        <p className={classes.dim}>{t('broadcasts.changes_none')}</p>
      ) : (
        <div className={table.wrap}>
          <table className={table.table}>
            <caption>{t('broadcasts.changes')}</caption>
            <thead>
              <tr>
                <th scope="col">{t('broadcasts.changes_what')}</th>
                <th scope="col">{t('broadcasts.changes_was')}</th>
                <th scope="col">{t('broadcasts.changes_is')}</th>
              </tr>
            </thead>
            <tbody>
              {list.map(({ name, was, is }) => (
                <tr key={`${name} ${is}`}>
                  <td className={classes.dim}>{name}</td>
                  <td className={classes.words}>{was || '–'}</td>
                  <td className={classes.words}>
                    <strong>{is || '–'}</strong>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}
