import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { doors } from '../../lib/doors'
import { importQuery } from '../../lib/imports'
import { errorSentence } from '../../lib/sentences'
import { useSearchWords } from '../../lib/use-search'
import { isOneOf } from '../../lib/words'
import { type Broadcast, choicesQuery } from './api'
import { Panel } from './Panel'
import { StepNav } from './StepNav'
import { lacksOf, type Place, type Step, steps } from './steps'
import { useDraft } from './use-draft'
import classes from './Wizard.module.css'
import { WizardBar } from './WizardBar'

const none = { segments: [], groups: [], categories: [], templates: [], workflows: [] }

/** A broadcast while it is written: whom it is for, what it says, how it goes out, what speaks against it, and off it goes. */
export function Wizard({ of }: { of?: Broadcast }) {
  const { t } = useTranslation()
  const writing = useDraft(of)
  const { draft, faults } = writing
  const navigate = useNavigate()
  const [search, setSearch] = useSearchWords()
  const choices = useQuery(choicesQuery).data ?? none
  const file = useQuery({ ...importQuery(draft.file), enabled: draft.file !== '' }).data
  const lacks = lacksOf(draft, draft.file ? file : undefined, t)
  const [first] = useState<Step>(() => (of ? (lacks[0]?.step ?? 'check') : 'audience'))
  const step = search.step && isOneOf(steps, search.step) ? search.step : first
  const [aim, setAim] = useState<Place>()
  const form = useRef<HTMLFormElement>(null)
  useSaveKey(() => writing.send(created))

  /** A new one has an address of its own as soon as it is there. */
  function created(saved: Broadcast, to: Step = step) {
    if (of) return
    void navigate({ to: doors.broadcast(saved.id).to, search: { step: to } as never, replace: true })
  }
  const go = (to: Step, field = '') => {
    setAim({ step: to, field })
    const move = () => setSearch({ ...search, step: to })
    const creates = !of && writing.dirty && writing.send((saved) => created(saved, to), move)
    if (!creates) move()
  }
  const next = steps[steps.indexOf(step) + 1]
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (next) go(next)
  }
  useEffect(() => {
    if (aim?.field && aim.step === step) form.current?.querySelector<HTMLElement>(`#${aim.field}`)?.focus()
  }, [aim, step])

  return (
    <form ref={form} onSubmit={submit} noValidate className={classes.wizard}>
      <StepNav step={step} lacks={lacks} faults={faults} isNew={!of} onGo={go} />
      {faults.rest && (
        <p role="alert" className={classes.fault}>
          {errorSentence(faults.rest, t)}
        </p>
      )}
      <Panel
        key={step}
        step={step}
        named={search.step !== undefined}
        part={{ draft, change: writing.change, faultOf: faults.of, choices }}
        of={of}
        writing={writing}
        lacks={lacks}
        onGo={go}
      />
      <WizardBar
        writing={writing}
        isNew={!of}
        onSave={() => writing.send(created)}
        back={steps[steps.indexOf(step) - 1]}
        next={next}
        onGo={go}
      />
    </form>
  )
}

/** Ctrl or ⌘ S saves at once. */
function useSaveKey(save: () => void) {
  const newest = useRef(save)
  newest.current = save
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      newest.current()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
}
