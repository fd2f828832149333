import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import type { Schema } from '../../lib/api'
import { categoriesQuery } from '../../lib/names'
import { sayFailed } from '../../lib/notify'
import { preferencesQuery, useSetPreferences } from './api'
import { Matrix } from './Matrix'
import classes from './RecipientPage.module.css'

/** What somebody wants to hear of, and where. */
export function Preferences({ id, mayWrite }: { id: string; mayWrite: boolean }) {
  const { t } = useTranslation()
  const chosen = useQuery(preferencesQuery(id))
  const categories = useQuery(categoriesQuery)
  return (
    <section className="card" aria-labelledby="preferences">
      <div className={classes.head}>
        <h2 id="preferences">{t('recipients.preferences')}</h2>
      </div>
      <p className={classes.none}>{t('recipients.preferences_intro')}</p>
      <Answered of={chosen}>
        {(preferences) => (
          <Answered of={categories}>
            {({ rows }) => <Choices id={id} mayWrite={mayWrite} preferences={preferences} categories={rows} />}
          </Answered>
        )}
      </Answered>
    </section>
  )
}

interface ChoicesProps {
  id: string
  mayWrite: boolean
  preferences: Schema['Preferences']
  categories: Schema['Category'][]
}

function Choices({ id, mayWrite, preferences, categories }: ChoicesProps) {
  const { t } = useTranslation()
  const set = useSetPreferences(id)
  return (
    <Matrix
      preferences={preferences}
      categories={categories}
      disabled={!mayWrite}
      onChange={(next) => set.mutate(next, { onError: (error) => sayFailed(error, t) })}
    />
  )
}
