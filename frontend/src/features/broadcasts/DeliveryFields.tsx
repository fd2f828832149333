import { useTranslation } from 'react-i18next'
import { Door } from '../../components/Door'
import { doors } from '../../lib/doors'
import type { Part } from './part'
import { TimingFields } from './TimingFields'
import { WayFields } from './WayFields'
import classes from './Wizard.module.css'

/** How and when a broadcast goes out. A workflow says the first of it itself. */
export function DeliveryFields({ part }: { part: Part }) {
  const { t } = useTranslation()
  const { kind, workflow } = part.draft
  return (
    <>
      <section className={`card ${classes.fields}`} aria-label={t('broadcasts.ways')}>
        <h3>{t('broadcasts.ways')}</h3>
        {kind === 'workflow' ? (
          <p className={classes.intro}>
            {t('broadcasts.workflow_hint')} {workflow && <Door door={doors.workflow(workflow)}>{workflow}</Door>}
          </p>
        ) : (
          <WayFields part={part} />
        )}
      </section>
      <section className={`card ${classes.fields}`} aria-label={t('broadcasts.timing')}>
        <h3>{t('broadcasts.timing')}</h3>
        <TimingFields part={part} />
      </section>
    </>
  )
}
