import { SegmentedControl, Switch, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { FormPage, FormSection } from '../../components/form/FormPage'
import { doors } from '../../lib/doors'
import { useFilled } from '../../lib/elsewhere'
import { useFormFaults } from '../../lib/form-faults'
import { sayDone } from '../../lib/notify'
import { usePermission } from '../../lib/session'
import { usePutSync } from './api'
import { Columns } from './Columns'
import { type Draft, draftOf, inputOf, type Sync } from './draft'
import { GoneFields } from './GoneFields'
import { GroupFields } from './GroupFields'
import { ScheduleFields } from './ScheduleFields'
import { SourceFields } from './SourceFields'

const places = [
  ...['key', 'name', 'secret', 'group'],
  ...['host', 'port', 'security', 'ca', 'bind_dn', 'base', 'filter', 'page_size'].map((each) => `ldap.${each}`),
  ...['query', 'ca', 'timeout_seconds'].map((each) => `sql.${each}`),
  ...['memberships.from', 'memberships.map', 'gone.policy', 'gone.attribute', 'gone.most_percent'],
  ...['at', 'every', 'times', 'weekdays', 'month_days', 'months', 'cron', 'rrule', 'kind'].map(
    (each) => `schedule.rule.${each}`,
  ),
  ...['schedule.rule', 'schedule.zone'],
]

/** What each part of the form is given. */
export interface Part {
  draft: Draft
  change: (part: Partial<Draft>) => void
  fault: (path: string) => string | undefined
  disabled: boolean
}

/** A sync while it is being written: where from, what of it, and when. */
export function SyncForm({ sync }: { sync?: Sync }) {
  const { t } = useTranslation()
  const { draft, setDraft, dirty, discard, theirs } = useFilled(useMemo(() => draftOf(sync), [sync]))
  const put = usePutSync()
  const navigate = useNavigate()
  const sent = draft.columns.filter(({ to }) => to !== '')
  const faults = useFormFaults([
    ...sent.flatMap((_, at) => [`columns[${at}].to`, `columns[${at}].from`]),
    'columns',
    ...places,
  ])
  const disabled = !usePermission('admin')
  const change = (part: Partial<Draft>) => {
    setDraft((now) => ({ ...now, ...part }))
    for (const path of places) if (Object.keys(part).some((name) => path.startsWith(name))) faults.mend(path)
    if (part.ldap || part.sql) faults.mend('secret')
  }
  const save = () =>
    put.mutate(inputOf(draft), {
      onError: faults.take,
      onSuccess: (saved) => {
        faults.take(null)
        setDraft(draftOf(saved))
        sayDone(t('syncs.saved', { name: saved.name }))
        if (!sync) void navigate({ to: doors.sync(saved.key).to, ignoreBlocker: true } as never)
      },
    })
  const part: Part = { draft, change, fault: faults.of, disabled }
  return (
    <FormPage
      dirty={dirty && !disabled}
      busy={put.isPending}
      faults={faults}
      onSave={save}
      onDiscard={() => {
        discard()
        faults.take(null)
      }}
      theirs={theirs}
    >
      <FormSection title={t('syncs.words')} intro={t('syncs.words_intro')}>
        {!sync && (
          <TextInput
            required
            label={t('column.key')}
            description={t('syncs.key_hint')}
            value={draft.key}
            error={faults.of('key')}
            onChange={(event) => change({ key: event.currentTarget.value.trim() })}
          />
        )}
        <TextInput
          label={t('column.name')}
          value={draft.name}
          disabled={disabled}
          error={faults.of('name')}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
        <SegmentedControl
          aria-label={t('syncs.from')}
          disabled={disabled || sync !== undefined}
          value={draft.kind}
          onChange={(kind) => change({ kind: kind as Draft['kind'] })}
          data={(['ldap', 'sql'] as const).map((value) => ({ value, label: t(`syncs.kind_${value}`) }))}
        />
        <Switch
          label={t('syncs.enabled')}
          checked={draft.enabled}
          disabled={disabled}
          onChange={(event) => change({ enabled: event.currentTarget.checked })}
        />
      </FormSection>
      <FormSection title={t('syncs.source')} intro={t(draft.kind === 'ldap' ? 'syncs.ldap_intro' : 'syncs.sql_intro')}>
        <SourceFields {...part} secretSet={sync?.secret_set ?? false} place={sync?.sql?.place ?? ''} />
      </FormSection>
      <Columns {...part} faults={faults} />
      <FormSection title={t('syncs.groups')} intro={t('syncs.groups_intro')}>
        <GroupFields {...part} />
      </FormSection>
      <FormSection title={t('syncs.gone')} intro={t('syncs.gone_intro')}>
        <GoneFields {...part} />
      </FormSection>
      <FormSection title={t('syncs.when')} intro={t('syncs.when_intro')}>
        <ScheduleFields {...part} next={sync?.next_at} />
      </FormSection>
    </FormPage>
  )
}
