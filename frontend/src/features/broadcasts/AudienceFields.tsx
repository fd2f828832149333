import { MultiSelect, Switch, Textarea } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { FormSection } from '../../components/form/FormPage'
import type { Part } from './PlanForm'

/** Whom a broadcast is for. */
export function AudienceFields({ part, children }: { part: Part; children: ReactNode }) {
  const { t } = useTranslation()
  const { draft, change, choices, faultOf } = part
  return (
    <FormSection title={t('broadcasts.audience')} intro={t('broadcasts.audience_intro')}>
      {children}
      <Switch
        label={t('broadcasts.everybody')}
        checked={draft.everybody}
        error={faultOf('audience')}
        onChange={(event) => change({ everybody: event.currentTarget.checked })}
      />
      {!draft.everybody && (
        <>
          <MultiSelect
            label={t('broadcasts.segments')}
            data={choices.segments}
            value={draft.segments}
            searchable
            onChange={(segments) => change({ segments })}
          />
          <MultiSelect
            label={t('broadcasts.groups')}
            data={choices.groups}
            value={draft.groups}
            searchable
            onChange={(groups) => change({ groups })}
          />
          <Textarea
            label={t('broadcasts.recipients')}
            description={t('broadcasts.recipients_hint')}
            autosize
            minRows={1}
            maxRows={6}
            value={draft.recipients}
            onChange={(event) => change({ recipients: event.currentTarget.value })}
          />
        </>
      )}
    </FormSection>
  )
}
