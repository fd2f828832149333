import { TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FormPage, FormSection } from '../../components/form/FormPage'
import { api, unwrap } from '../../lib/api'
import { useFormFaults } from '../../lib/form-faults'
import { freshKey } from '../../lib/fresh-key'
import { houseQuery } from '../../lib/house'
import { sayDone } from '../../lib/notify'
import { usePermission } from '../../lib/session'

const shown = ['instance_name'] as const

/** The name that stands above the navigation: it tells one Clarion from another. */
export function NameForm({ name }: { name: string }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const mayAct = usePermission('admin')
  const [draft, setDraft] = useState(name)
  const faults = useFormFaults(shown)
  const save = useMutation({
    mutationFn: () =>
      unwrap(
        api.PUT('/v1/settings', {
          params: { header: { 'Idempotency-Key': freshKey() } },
          body: { instance_name: draft.trim() },
        }),
      ),
    onSuccess: (settings) => {
      queries.setQueryData(houseQuery.queryKey, settings)
      sayDone(t('settings.saved'))
    },
    onError: faults.take,
  })
  return (
    <FormPage
      dirty={mayAct && draft !== name}
      busy={save.isPending}
      faults={faults}
      onSave={() => save.mutate()}
      onDiscard={() => setDraft(name)}
    >
      <FormSection title={t('settings.instance')} intro={t('settings.instance_text')}>
        <TextInput
          label={t('settings.instance_name')}
          placeholder="Clarion"
          maxLength={80}
          disabled={!mayAct}
          value={draft}
          error={faults.of('instance_name')}
          onChange={(event) => {
            setDraft(event.currentTarget.value)
            faults.mend('instance_name')
          }}
        />
      </FormSection>
    </FormPage>
  )
}
