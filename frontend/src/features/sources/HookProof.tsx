import { Checkbox, NativeSelect, PasswordInput, Switch, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { FormSection } from '../../components/form/FormPage'
import type { FormFaults } from '../../lib/form-faults'
import type { HookInput } from './hook-api'

interface Props {
  draft: HookInput
  /** How many secrets are good now. */
  secrets: number
  faults: FormFaults
  change: (part: Partial<HookInput>) => void
}

/** How a webhook shows that it is theirs. Secrets go in and never come out. */
export function HookProof({ draft, secrets, faults, change }: Props) {
  const { t } = useTranslation()
  const kept = [t('sources.hook_secret_none'), t('sources.hook_secret_one'), t('sources.hook_secret_two')]
  return (
    <FormSection title={t('sources.hook_proof')} intro={t('sources.hook_proof_text')}>
      <Switch
        label={t('sources.hook_enabled')}
        checked={draft.enabled}
        onChange={(event) => change({ enabled: event.currentTarget.checked })}
      />
      <NativeSelect
        label={t('sources.hook_scheme')}
        value={draft.scheme}
        data={[
          { value: 'standard', label: t('sources.hook_scheme_standard') },
          { value: 'github', label: t('sources.hook_scheme_github') },
          { value: 'stripe', label: t('sources.hook_scheme_stripe') },
          { value: 'slack', label: t('sources.hook_scheme_slack') },
          { value: 'token', label: t('sources.hook_scheme_token') },
        ]}
        onChange={(event) => change({ scheme: event.currentTarget.value as HookInput['scheme'] })}
      />
      {draft.scheme === 'token' && (
        <TextInput
          label={t('sources.hook_header')}
          description={t('sources.hook_header_hint')}
          placeholder="Authorization"
          value={draft.header ?? ''}
          error={faults.of('header')}
          onChange={(event) => change({ header: event.currentTarget.value })}
        />
      )}
      <PasswordInput
        label={t('sources.hook_secret')}
        description={kept[secrets]}
        autoComplete="off"
        required={secrets === 0}
        value={draft.secret ?? ''}
        error={faults.of('secret')}
        onChange={(event) => change({ secret: event.currentTarget.value })}
      />
      {secrets === 2 && (
        <Checkbox
          label={t('sources.hook_retire')}
          checked={draft.retire_old_secret ?? false}
          onChange={(event) => change({ retire_old_secret: event.currentTarget.checked })}
        />
      )}
    </FormSection>
  )
}
