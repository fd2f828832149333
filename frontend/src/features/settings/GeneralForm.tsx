import { Autocomplete, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { FormPage, FormSection } from '../../components/form/FormPage'
import { api, type Schema, unwrap } from '../../lib/api'
import { useFilled } from '../../lib/elsewhere'
import { useFormFaults } from '../../lib/form-faults'
import { freshKey } from '../../lib/fresh-key'
import { houseQuery } from '../../lib/house'
import { locales, zones } from '../../lib/locales'
import { sayDone } from '../../lib/notify'
import { usePermission } from '../../lib/session'
import { BulkQuota } from './BulkQuota'
import { DigestTimes } from './DigestTimes'
import { SoftBounces } from './SoftBounces'

type Settings = Schema['HouseSettings']
const texts = ['instance_name', 'default_locale', 'default_timezone'] as const
const rule = ['soft_bounces', 'soft_bounce_span_seconds', 'soft_bounce_rest_seconds'] as const
const shown = [...texts, 'digest_at', 'digest_on', 'frequency_cap', 'bulk_per_day', 'bulk_per_month', ...rule] as const

const setHere = (settings: Settings) => ({
  instance_name: settings.instance_name,
  default_locale: settings.default_locale,
  default_timezone: settings.default_timezone,
  digest_at: settings.digest_at,
  digest_on: settings.digest_on as '' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun',
  frequency_cap: settings.frequency_cap,
  bulk_per_day: settings.bulk_per_day,
  bulk_per_month: settings.bulk_per_month,
  soft_bounces: settings.soft_bounces,
  soft_bounce_span_seconds: settings.soft_bounce_span_seconds,
  soft_bounce_rest_seconds: settings.soft_bounce_rest_seconds,
})

/** What can be set of this Clarion: what it is called, and what holds for who has said nothing. */
export function GeneralForm({ settings }: { settings: Settings }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const mayAct = usePermission('admin')
  const { draft, setDraft, dirty, discard, theirs } = useFilled(setHere(settings))
  const faults = useFormFaults(shown)
  const save = useMutation({
    mutationFn: () =>
      unwrap(api.PUT('/v1/settings', { params: { header: { 'Idempotency-Key': freshKey() } }, body: draft })),
    onSuccess: (saved) => {
      faults.take(null)
      queries.setQueryData(houseQuery.queryKey, saved)
      setDraft(setHere(saved))
      sayDone(t('settings.saved'))
    },
    onError: faults.take,
  })
  const field = (name: (typeof texts)[number]) => ({
    label: t(`settings.${name}`),
    disabled: !mayAct,
    value: draft[name],
    error: faults.of(name),
  })
  const change = (name: (typeof texts)[number] | (typeof rule)[number], value: string | number) => {
    setDraft((now) => ({ ...now, [name]: value }))
    faults.mend(name)
  }
  return (
    <FormPage
      dirty={mayAct && dirty}
      busy={save.isPending}
      faults={faults}
      onSave={() => save.mutate()}
      onDiscard={() => {
        discard()
        faults.take(null)
      }}
      theirs={theirs}
    >
      <FormSection title={t('settings.instance')} intro={t('settings.instance_text')}>
        <TextInput
          {...field('instance_name')}
          placeholder="Clarion"
          maxLength={80}
          onChange={(event) => change('instance_name', event.currentTarget.value)}
        />
      </FormSection>
      <FormSection title={t('settings.defaults')} intro={t('settings.defaults_text')}>
        <Autocomplete
          {...field('default_locale')}
          description={t('settings.default_locale_hint')}
          placeholder={t('settings.default_locale_none')}
          data={locales}
          onChange={(value) => change('default_locale', value)}
        />
        <Autocomplete
          {...field('default_timezone')}
          description={t('settings.default_timezone_hint')}
          placeholder={t('settings.default_timezone_none')}
          data={zones}
          limit={20}
          onChange={(value) => change('default_timezone', value)}
        />
      </FormSection>
      <DigestTimes
        rules={draft}
        disabled={!mayAct}
        faults={faults}
        onChange={(part) => {
          setDraft((now) => ({ ...now, ...part }) as typeof now)
          for (const name of Object.keys(part)) faults.mend(name)
        }}
      />
      <BulkQuota
        value={draft}
        disabled={!mayAct}
        faults={faults}
        onChange={(part) => {
          setDraft((now) => ({ ...now, ...part }))
          for (const name of Object.keys(part)) faults.mend(name)
        }}
      />
      <SoftBounces value={draft} may={mayAct} faults={faults} onChange={change} />
    </FormPage>
  )
}
