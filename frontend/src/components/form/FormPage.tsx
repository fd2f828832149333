import { Button } from '@mantine/core'
import { useBlocker } from '@tanstack/react-router'
import { type FormEvent, type ReactNode, useLayoutEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { FormFaults } from '../../lib/form-faults'
import { errorSentence } from '../../lib/sentences'
import { Confirm } from '../Confirm'
import { Elsewhere } from './Elsewhere'
import classes from './FormPage.module.css'

interface Props {
  /** Something was changed and is not saved. */
  dirty: boolean
  busy: boolean
  faults: FormFaults
  onSave: () => void
  /** Puts back what was there. */
  onDiscard: () => void
  /** Takes what somebody else saved meanwhile, when they did. */
  theirs?: (() => void) | undefined
  /** What the button says; "Save" without. */
  save?: string
  children: ReactNode
}

/** A form that is a page: its sections, what the server said of the whole, and a bar that saves. Ctrl or ⌘ S saves too. */
export function FormPage({ dirty, busy, faults, onSave, onDiscard, theirs, save, children }: Props) {
  const { t } = useTranslation()
  const form = useRef<HTMLFormElement>(null)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!busy) onSave()
  }
  useSaveKey(form)
  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Leaving dirty={dirty && !busy} />
      {faults.rest && (
        <p role="alert" className={classes.fault}>
          {errorSentence(faults.rest, t)}
        </p>
      )}
      {children}
      <div className={classes.bar}>
        {theirs ? <Elsewhere onTake={theirs} /> : <span aria-live="polite">{dirty ? t('form.unsaved') : ''}</span>}
        {dirty && (
          <Button variant="default" onClick={onDiscard} disabled={busy}>
            {t('form.discard')}
          </Button>
        )}
        <Button type="submit" loading={busy} disabled={!dirty}>
          {save ?? t('form.save')}
        </Button>
      </div>
    </form>
  )
}

interface SectionProps {
  title: string
  intro?: string
  children: ReactNode
}

/** Fields that belong together, with what they are for beside them. */
export function FormSection({ title, intro, children }: SectionProps) {
  return (
    <section className={classes.section}>
      <div className={classes.words}>
        <h2>{title}</h2>
        {intro && <p>{intro}</p>}
      </div>
      <div className={`card ${classes.fields}`}>{children}</div>
    </section>
  )
}

/** Asks before unsaved work is left behind. */
function Leaving({ dirty }: { dirty: boolean }) {
  const { t } = useTranslation()
  const leaving = useBlocker({
    // The same page with other words behind the question mark keeps the form.
    shouldBlockFn: ({ current, next }) => dirty && current.pathname !== next.pathname,
    enableBeforeUnload: () => dirty,
    withResolver: true,
  })
  return (
    <Confirm
      title={t('form.leave_title')}
      text={t('form.leave_text')}
      confirm={t('form.leave')}
      keep={t('form.stay')}
      danger
      opened={leaving.status === 'blocked'}
      busy={false}
      onClose={() => leaving.reset?.()}
      onConfirm={() => leaving.proceed?.()}
    />
  )
}

function useSaveKey(form: { current: HTMLFormElement | null }) {
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      form.current?.requestSubmit()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [form])
}
