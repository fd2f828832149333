import { Button, TextInput } from '@mantine/core'
import { useEffect, useId, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { AudienceFields } from './AudienceFields'
import type { Broadcast } from './api'
import { CheckStep } from './CheckStep'
import { ContentFields } from './ContentFields'
import { DeliveryFields } from './DeliveryFields'
import { Lacking } from './Lacking'
import type { Part } from './part'
import { SubmitStep } from './SubmitStep'
import type { Lack, Step } from './steps'
import type { Writing } from './use-draft'
import classes from './Wizard.module.css'

interface Props {
  step: Step
  /** The address names the step: whoever comes has asked for it. */
  named: boolean
  part: Part
  of: Broadcast | undefined
  writing: Writing
  lacks: Lack[]
  onGo: (step: Step, field?: string) => void
}

/** One step of composing. Its heading takes the focus, so that what is said next is what is seen next. */
export function Panel({ step, named, part, of, writing, lacks, onGo }: Props) {
  const { t } = useTranslation()
  const heading = useRef<HTMLHeadingElement>(null)
  const id = useId()
  const came = useRef(named)
  useEffect(() => {
    if (came.current) heading.current?.focus()
  }, [])
  const here = lacks.filter((lack) => lack.step === step)
  return (
    <section className={classes.panel} aria-labelledby={id}>
      <h2 id={id} ref={heading} tabIndex={-1} className={classes.heading}>
        {t(`broadcasts.step_${step}`)}
      </h2>
      <p className={classes.intro}>{t(`broadcasts.${step}_intro`)}</p>
      {writing.restored && (
        <p role="status" className={classes.note}>
          {t('broadcasts.restored')}
          <Button size="compact-xs" variant="default" onClick={writing.follow}>
            {t('form.discard')}
          </Button>
        </p>
      )}
      {here.length > 0 && <Lacking list={here} onGo={onGo} />}
      {step === 'audience' && (
        <AudienceFields part={part}>
          <TextInput
            id="broadcast-name"
            required
            label={t('broadcasts.name')}
            value={part.draft.name}
            error={part.faultOf('name')}
            onChange={(event) => part.change({ name: event.currentTarget.value })}
          />
        </AudienceFields>
      )}
      {step === 'content' && <ContentFields part={part} />}
      {step === 'delivery' && <DeliveryFields part={part} />}
      {step === 'check' && <CheckStep of={of} writing={writing} lacks={lacks} onGo={onGo} />}
      {step === 'submit' && <SubmitStep of={of} writing={writing} lacks={lacks} onGo={onGo} />}
    </section>
  )
}
