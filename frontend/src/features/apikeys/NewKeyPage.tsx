import { NativeSelect, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FormPage, FormSection } from '../../components/form/FormPage'
import { PageHeader } from '../../components/PageHeader'
import type { Schema } from '../../lib/api'
import { useFormFaults } from '../../lib/form-faults'
import type { Permission } from '../../lib/session'
import { momentOf } from '../../lib/time'
import { useSearchWords } from '../../lib/use-search'
import { type NewApiKey, sourceChoices, useCreateKey } from './api'
import { Limits, type LimitValues } from './Limits'
import { ScopePicker } from './ScopePicker'
import { SecretShown } from './SecretShown'

const shown = ['name', 'source', 'scopes', 'rate_limit', 'expires_at', 'require_signature']
const noLimits: LimitValues = { rate: 0, expires: '', signed: false }

/** Makes an API key and shows its secret, this once. */
export function NewKeyPage() {
  const { t } = useTranslation()
  const [made, setMade] = useState<NewApiKey>()
  return (
    <>
      <PageHeader title={t('apikeys.new')} intro={t('apikeys.new_intro')} />
      {made ? <SecretShown made={made} /> : <NewKeyForm onMade={setMade} />}
    </>
  )
}

function NewKeyForm({ onMade }: { onMade: (key: NewApiKey) => void }) {
  const { t } = useTranslation()
  const [search] = useSearchWords()
  const [name, setName] = useState('')
  const [source, setSource] = useState(search.source ?? '')
  const [scopes, setScopes] = useState<Permission[]>([])
  const [limits, setLimits] = useState(noLimits)
  const faults = useFormFaults(shown)
  const create = useCreateKey()
  const sources = useQuery(sourceChoices).data?.rows ?? []
  const save = () => {
    const body: Schema['ApiKeyInput'] = {
      name: name.trim(),
      source,
      scopes,
      rate_limit: limits.rate,
      require_signature: limits.signed,
      ...(limits.expires ? { expires_at: momentOf(limits.expires)?.toISOString() ?? null } : {}),
    }
    create.mutate(body, { onError: faults.take, onSuccess: onMade })
  }
  const discard = () => {
    setName('')
    setScopes([])
    setLimits(noLimits)
    faults.take(null)
  }
  return (
    <FormPage
      dirty={!create.isSuccess && (name !== '' || scopes.length > 0)}
      busy={create.isPending}
      faults={faults}
      save={t('apikeys.create')}
      onSave={save}
      onDiscard={discard}
    >
      <FormSection title={t('apikeys.who')} intro={t('apikeys.who_intro')}>
        <TextInput
          required
          label={t('column.name')}
          description={t('apikeys.name_hint')}
          value={name}
          error={faults.of('name')}
          onChange={(event) => {
            setName(event.currentTarget.value)
            faults.mend('name')
          }}
        />
        <NativeSelect
          required
          label={t('column.source')}
          description={t('apikeys.source_hint')}
          value={source}
          error={faults.of('source')}
          data={[
            { value: '', label: t('apikeys.choose_source') },
            ...sources.map((each) => ({ value: each.key, label: each.name })),
          ]}
          onChange={(event) => {
            setSource(event.currentTarget.value)
            faults.mend('source')
          }}
        />
      </FormSection>
      <FormSection title={t('apikeys.scopes')} intro={t('apikeys.scopes_intro')}>
        <ScopePicker
          value={scopes}
          fault={faults.of('scopes')}
          onChange={(next) => {
            setScopes(next)
            faults.mend('scopes')
          }}
        />
      </FormSection>
      <FormSection title={t('apikeys.limits')} intro={t('apikeys.limits_intro')}>
        <Limits value={limits} faults={faults} onChange={setLimits} />
      </FormSection>
    </FormPage>
  )
}
