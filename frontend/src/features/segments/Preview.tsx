import { useTranslation } from 'react-i18next'
import { Door } from '../../components/Door'
import { doors } from '../../lib/doors'
import { errorSentence } from '../../lib/sentences'
import classes from './Preview.module.css'
import type { PreviewState } from './use-preview'

/** How many fit the rule as it stands, and the first of them. */
export function Preview({ preview }: { preview: PreviewState }) {
  const { t } = useTranslation()
  const { found, busy, failed, faulty } = preview
  return (
    <section className={classes.preview} aria-label={t('segments.preview')} aria-busy={busy}>
      <div aria-live="polite">
        {found && (
          <p className={classes.count} data-busy={busy || undefined}>
            <strong>{found.count.toLocaleString()}</strong> {t('segments.fit', { count: found.count })}
          </p>
        )}
        {faulty && <p className={classes.dim}>{t('segments.incomplete')}</p>}
        {failed && <p className={classes.bad}>{errorSentence(failed, t)}</p>}
        {!found && !faulty && !failed && <p className={classes.dim}>{t('segments.counting')}</p>}
      </div>
      {found && found.sample.length > 0 && (
        <ul className={classes.people} aria-label={t('segments.sample')}>
          {found.sample.map(({ id, name }) => (
            <li key={id}>
              <Door door={doors.recipient(id)}>{name || id}</Door>
              {name && <code>{id}</code>}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
