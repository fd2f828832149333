import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import type { Schema } from '../../lib/api'
import { categoriesQuery } from '../../lib/names'
import { sayFailed } from '../../lib/notify'
import { effectiveQuery, preferencesQuery, useSetPreferences } from './api'
import type { Choices } from './choices'
import { Holds } from './Holds'
import { Matrix } from './Matrix'
import { Pause } from './Pause'
import classes from './RecipientPage.module.css'
import { Times } from './Times'
import { WorkflowChoices } from './WorkflowChoices'

/** What somebody wants to hear of, where, when and how often; and why it holds. */
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
            {({ rows }) => <Chosen id={id} mayWrite={mayWrite} preferences={preferences} categories={rows} />}
          </Answered>
        )}
      </Answered>
    </section>
  )
}

interface ChosenProps {
  id: string
  mayWrite: boolean
  preferences: Choices
  categories: Schema['Category'][]
}

function Chosen({ id, mayWrite, preferences, categories }: ChosenProps) {
  const { t } = useTranslation()
  const set = useSetPreferences(id)
  const effective = useQuery(effectiveQuery(id))
  const change = (next: Choices) => set.mutate(next, { onError: (error) => sayFailed(error, t) })
  const shared = { preferences, disabled: !mayWrite, onChange: change }
  return (
    <>
      <div className={classes.bar}>
        <Pause {...shared} />
      </div>
      {effective.data && <Holds effective={effective.data} />}
      <Matrix {...shared} categories={categories} effective={effective.data} pending={set.isPending} />
      <WorkflowChoices {...shared} id={id} effective={effective.data} pending={set.isPending} />
      <Times key={JSON.stringify(preferences.quiet_hours)} {...shared} />
    </>
  )
}
