import { useTranslation } from 'react-i18next'
import type { Lack, Step } from './steps'
import classes from './Wizard.module.css'

/** What is still to be said, each with the way to its field. */
export function Lacking({ list, onGo }: { list: Lack[]; onGo: (step: Step, field?: string) => void }) {
  const { t } = useTranslation()
  return (
    <section className={classes.lacking} aria-label={t('broadcasts.lacking')}>
      <strong>{t('broadcasts.lacking')}</strong>
      <ul>
        {list.map(({ step, field, text }) => (
          <li key={field}>
            <button type="button" className={classes.go} onClick={() => onGo(step, field)}>
              {text}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
