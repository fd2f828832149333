import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { MouseEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { FormFaults } from '../../lib/form-faults'
import { type Lack, placeOf, type Step, shownPaths, steps } from './steps'
import classes from './Wizard.module.css'

interface Props {
  step: Step
  lacks: Lack[]
  faults: FormFaults
  isNew: boolean
  onGo: (step: Step) => void
}

/** The steps of composing, each with how it stands; one may go from any to any other. */
export function StepNav({ step, lacks, faults, isNew, onGo }: Props) {
  const { t } = useTranslation()
  const openOn = (each: Step) =>
    lacks.filter((lack) => lack.step === each).length +
    shownPaths.filter((path) => placeOf(path)?.step === each && faults.of(path)).length
  const go = (event: MouseEvent, each: Step) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    onGo(each)
  }
  return (
    <nav aria-label={t('broadcasts.steps')}>
      <ol className={classes.steps}>
        {steps.map((each, at) => {
          const open = openOn(each)
          const writes = each !== 'check' && each !== 'submit'
          const done = writes && open === 0 && !(isNew && each === 'delivery')
          return (
            <li key={each}>
              <Link
                to="."
                search={((before: object) => ({ ...before, step: each })) as never}
                className={classes.step}
                data-state={open > 0 ? 'open' : done ? 'done' : 'plain'}
                data-here={each === step}
                aria-current={each === step ? 'step' : undefined}
                onClick={(event) => go(event, each)}
              >
                <span className={classes.number} aria-hidden>
                  {open > 0 ? <IconAlertTriangle size={14} /> : done ? <IconCheck size={14} stroke={2.6} /> : at + 1}
                </span>
                <span className={classes.name}>{t(`broadcasts.step_${each}`)}</span>
                {writes && (
                  <span className={classes.stands}>
                    {open > 0 ? t('broadcasts.step_open', { count: open }) : done ? t('broadcasts.step_done') : ''}
                  </span>
                )}
              </Link>
            </li>
          )
        })}
      </ol>
    </nav>
  )
}
