import { TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FormPage } from '../../components/form/FormPage'
import { doors } from '../../lib/doors'
import { useFormFaults } from '../../lib/form-faults'
import { sayDone } from '../../lib/notify'
import { AudienceFields } from './AudienceFields'
import { type Broadcast, choicesQuery, useSave } from './api'
import { ContentFields } from './ContentFields'
import { type Draft, dataOf, draftOf, inputOf } from './plan'
import { TimingFields } from './TimingFields'
import { WayFields } from './WayFields'

const shown = [
  'name',
  'audience',
  'template',
  'content',
  'workflow',
  'channels',
  'category',
  'data',
  'per_second',
  'send_at',
  'window',
]

/** What every part of the form is given. */
export interface Part {
  draft: Draft
  change: (part: Partial<Draft>) => void
  faultOf: (path: string) => string | undefined
  choices: {
    segments: Choice[]
    groups: Choice[]
    categories: Choice[]
    templates: Choice[]
    workflows: Choice[]
  }
}

interface Choice {
  value: string
  label: string
}

const none = { segments: [], groups: [], categories: [], templates: [], workflows: [] }

/** A broadcast while it is being written, from whom it is for to when it goes. */
export function PlanForm({ of }: { of?: Broadcast }) {
  const { t } = useTranslation()
  const before = useMemo(() => draftOf(of), [of])
  const [draft, setDraft] = useState(before)
  const [base, setBase] = useState(before)
  const save = useSave(of?.id)
  const navigate = useNavigate()
  const faults = useFormFaults(shown)
  const choices = useQuery(choicesQuery).data ?? none
  const dirty = JSON.stringify(draft) !== JSON.stringify(base)
  const moved = JSON.stringify(before) !== JSON.stringify(base)
  const follow = (next: Draft) => {
    setBase(next)
    setDraft(next)
  }
  if (moved && !dirty && !save.isPending) follow(before)
  const change = (part: Partial<Draft>) => {
    setDraft({ ...draft, ...part })
    for (const path of shown) faults.mend(path)
  }
  const send = () => {
    if (dataOf(draft.data) === null) return
    save.mutate(inputOf(draft, of?.revision), {
      onError: faults.take,
      onSuccess: (saved) => {
        faults.take(null)
        follow(draftOf(saved))
        sayDone(t('broadcasts.saved'))
        if (!of) void navigate({ to: doors.broadcast(saved.id).to, ignoreBlocker: true })
      },
    })
  }
  const part: Part = { draft, change, faultOf: faults.of, choices }
  return (
    <FormPage
      dirty={dirty}
      busy={save.isPending}
      faults={faults}
      onSave={send}
      onDiscard={() => follow(before)}
      theirs={moved && dirty && !save.isPending ? () => follow(before) : undefined}
      {...(of ? {} : { save: t('broadcasts.create') })}
    >
      <AudienceFields part={part}>
        <TextInput
          required
          label={t('broadcasts.name')}
          value={draft.name}
          error={faults.of('name')}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
      </AudienceFields>
      <ContentFields part={part} />
      {draft.kind !== 'workflow' && <WayFields part={part} />}
      <TimingFields part={part} />
    </FormPage>
  )
}
