import { useTranslation } from 'react-i18next'
import { Time } from '../../components/Time'
import type { Schema } from '../../lib/api'
import classes from './RecipientPage.module.css'

/** What holds right now: quiet hours that last, caps and how much of them is used. */
export function Holds({ effective }: { effective: Schema['EffectivePreferences'] }) {
  const { t } = useTranslation()
  return (
    <>
      {effective.quiet_until && (
        <p className={classes.dim}>
          {t('recipients.quiet_now')} <Time at={effective.quiet_until} /> ({effective.timezone})
        </p>
      )}
      {effective.caps.map(({ category, max, per, used }) => (
        <p key={`${category} ${per}`} className={classes.dim}>
          {t(category ? 'recipients.cap_of_category' : 'recipients.cap_of_all', {
            category,
            used,
            max,
            per: t(`recipients.per_${per}`),
          })}
        </p>
      ))}
    </>
  )
}
