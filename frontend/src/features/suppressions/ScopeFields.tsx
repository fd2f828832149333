import { Autocomplete, NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { FormFaults } from '../../lib/form-faults'
import { type SuppressionScopeKind, suppressionScopes } from '../../lib/words'
import { scopeKeysQuery } from './api'

export interface Scope {
  kind: SuppressionScopeKind
  /** Which category, workflow or source. */
  key: string
}

/** The scope as the API has it. */
export const scopeText = ({ kind, key }: Scope) =>
  kind === 'channel' || kind === 'everything' ? kind : `${kind}:${key.trim()}`

interface Props {
  value: Scope
  faults: FormFaults
  onChange: (next: Scope) => void
}

/** What of an address is suppressed. */
export function ScopeFields({ value, faults, onChange }: Props) {
  const { t } = useTranslation()
  const { kind, key } = value
  const named = kind !== 'channel' && kind !== 'everything'
  const keys = useQuery({ ...scopeKeysQuery(kind), enabled: named })
  const change = (next: Scope) => {
    onChange(next)
    faults.mend('scope')
  }
  return (
    <>
      <NativeSelect
        label={t('suppressions.scope')}
        description={t(`suppression_scope_hint.${kind}`)}
        value={kind}
        error={named ? undefined : faults.of('scope')}
        onChange={(event) => change({ kind: event.currentTarget.value as SuppressionScopeKind, key: '' })}
        data={suppressionScopes.map((each) => ({ value: each, label: t(`suppression_scope.${each}`) }))}
      />
      {named && (
        <Autocomplete
          required
          label={t(`suppressions.which_${kind}`)}
          value={key}
          error={faults.of('scope')}
          data={keys.data ?? []}
          limit={20}
          onChange={(next) => change({ kind, key: next })}
        />
      )}
    </>
  )
}
