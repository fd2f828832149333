import { TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { FormPage, FormSection } from '../../components/form/FormPage'
import { Preview } from '../../components/rule/Preview'
import { RuleFields } from '../../components/rule/RuleFields'
import { doors } from '../../lib/doors'
import { useFilled } from '../../lib/elsewhere'
import { useFormFaults } from '../../lib/form-faults'
import { sayDone } from '../../lib/notify'
import { usePermission } from '../../lib/session'
import { useShownZone } from '../../lib/time'
import { choicesQuery, type Schedule, useSave } from './api'
import { blank, type Draft, draftOf, inputOf, timesOf } from './draft'
import { LimitFields } from './LimitFields'
import { MissedFields } from './MissedFields'
import { TargetFields } from './TargetFields'
import { dataOf } from './target'
import { ZoneFields } from './ZoneFields'

const places = [
  'name',
  ...['at', 'every', 'times', 'weekdays', 'month_days', 'months', 'cron', 'rrule', 'kind'].map(
    (each) => `rule.${each}`,
  ),
  ...['rule', 'zone', 'starts_at', 'ends_at', 'max_fires', 'except', 'missed'],
  ...['type', 'to', 'template', 'content', 'channels', 'category', 'data', 'kind'].map((each) => `target.${each}`),
]

export type Choices = NonNullable<ReturnType<typeof useChoices>>
const useChoices = () => useQuery(choicesQuery).data

/** What each part of the form is given. */
export interface Part {
  draft: Draft
  change: (part: Partial<Draft>) => void
  fault: (path: string) => string | undefined
  disabled: boolean
}

/** A schedule while it is being written: what it causes, when, and until when. */
export function ScheduleForm({ schedule }: { schedule?: Schedule }) {
  const { t } = useTranslation()
  const shownZone = useShownZone()
  const zone = shownZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  const { draft, setDraft, dirty, discard, theirs } = useFilled(
    useMemo(() => (schedule ? draftOf(schedule) : blank(zone)), [schedule, zone]),
  )
  const save = useSave(schedule?.id)
  const navigate = useNavigate()
  const faults = useFormFaults(places)
  const choices = useChoices()
  const disabled = !usePermission('schedules:write')
  const change = (part: Partial<Draft>) => {
    setDraft((now) => ({ ...now, ...part }))
    for (const path of places) faults.mend(path)
  }
  const send = () => {
    if (dataOf(draft.aim.data) === null) return
    save.mutate(inputOf(draft), {
      onError: faults.take,
      onSuccess: (saved) => {
        faults.take(null)
        setDraft(draftOf(saved))
        sayDone(t('schedules.saved', { name: saved.name }))
        void navigate({ to: doors.schedule(saved.id).to, ignoreBlocker: true } as never)
      },
    })
  }
  const part: Part = { draft, change, fault: faults.of, disabled }
  return (
    <FormPage
      dirty={dirty && !disabled}
      busy={save.isPending}
      faults={faults}
      onSave={send}
      onDiscard={() => {
        discard()
        faults.take(null)
      }}
      theirs={theirs}
      {...(schedule ? {} : { save: t('schedules.create') })}
    >
      <FormSection title={t('schedules.what')} intro={t('schedules.what_intro')}>
        <TextInput
          required
          label={t('column.name')}
          value={draft.name}
          disabled={disabled}
          error={faults.of('name')}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
        <TargetFields {...part} choices={choices} />
      </FormSection>
      <FormSection title={t('schedules.when')} intro={t('schedules.when_intro')}>
        <RuleFields {...part}>
          <ZoneFields {...part} />
        </RuleFields>
        <Preview of={timesOf(draft)} />
      </FormSection>
      <FormSection title={t('schedules.limits')} intro={t('schedules.limits_intro')}>
        <LimitFields {...part} />
      </FormSection>
      <FormSection title={t('schedules.missed')} intro={t('schedules.missed_intro')}>
        <MissedFields {...part} />
      </FormSection>
    </FormPage>
  )
}
