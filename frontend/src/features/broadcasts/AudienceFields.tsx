import { MultiSelect, Switch, Textarea } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { AudienceFile } from './AudienceFile'
import type { Part } from './part'
import classes from './Wizard.module.css'

/** Whom a broadcast is for. */
export function AudienceFields({ part, children }: { part: Part; children: ReactNode }) {
  const { t } = useTranslation()
  const { draft, change, choices, faultOf } = part
  return (
    <div className={`card ${classes.fields}`}>
      {children}
      <Switch
        id={draft.everybody ? 'broadcast-audience' : 'broadcast-everybody'}
        label={t('broadcasts.everybody')}
        checked={draft.everybody}
        error={faultOf('audience')}
        onChange={(event) => change({ everybody: event.currentTarget.checked })}
      />
      {!draft.everybody && (
        <>
          <MultiSelect
            id="broadcast-audience"
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
      <AudienceFile id={draft.file} fault={faultOf('audience.file')} onChange={(file) => change({ file })} />
    </div>
  )
}
