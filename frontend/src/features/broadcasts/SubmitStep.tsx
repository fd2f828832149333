import { Button, Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { focusAgain } from '../../lib/focus'
import { sayDone } from '../../lib/notify'
import { errorSentence } from '../../lib/sentences'
import { useSearchWords } from '../../lib/use-search'
import { checkQuery, useMove } from './api'
import classes from './Broadcasts.module.css'
import { Changes } from './Changes'
import { Findings } from './Checked'
import { isReady, type StepProps } from './CheckStep'
import { PlanFacts } from './Facts'
import { Lacking } from './Lacking'
import { Reach } from './Reach'

/** The last look at all of it, a word to the approver, and off it goes. */
export function SubmitStep(props: StepProps) {
  const { of, lacks, onGo } = props
  const { t } = useTranslation()
  if (lacks.length > 0) return <Lacking list={lacks} onGo={onGo} />
  if (!of) return <p className={classes.dim}>{t('broadcasts.check_unsaved')}</p>
  return <Ready {...props} of={of} />
}

function Ready(props: StepProps & { of: NonNullable<StepProps['of']> }) {
  const { of, onGo } = props
  const { t } = useTranslation()
  const [note, setNote] = useState('')
  const [, setSearch] = useSearchWords()
  const move = useMove(of.id)
  // What was found is shown again; it is not asked anew for this.
  const check = useQuery(checkQuery(of, false)).data
  const bars = check?.findings.filter(({ level }) => level === 'bars') ?? []
  // What was submitted is no draft any more: this step is gone before its answer is told.
  const submit = () =>
    move.mutateAsync({ to: 'submit', note, revision: of.revision }).then(
      () => {
        sayDone(t('broadcasts.submitted_done'))
        setSearch({}, { replace: true })
        focusAgain(null)
      },
      () => undefined, // said below by the mutation itself
    )
  return (
    <>
      {bars.length > 0 && <Findings list={bars} onGo={onGo} />}
      <Changes of={of} />
      <PlanFacts of={of} />
      {check && check.estimate.people > 0 && (
        <section className={`card ${classes.card}`} aria-label={t('broadcasts.people')}>
          <Reach estimate={check.estimate} />
        </section>
      )}
      <section className={`card ${classes.card} ${classes.stack}`} aria-label={t('broadcasts.submit')}>
        <Textarea
          label={t('broadcasts.submit_note')}
          autosize
          minRows={2}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {move.error && (
          <p role="alert" className={classes.bad}>
            {errorSentence(move.error, t)}
          </p>
        )}
        <div>
          <Button disabled={!isReady(props)} loading={move.isPending} onClick={() => void submit()}>
            {t('broadcasts.submit')}
          </Button>
        </div>
      </section>
    </>
  )
}
