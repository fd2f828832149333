import { Button, SegmentedControl, TextInput } from '@mantine/core'
import { IconWand } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sayDone, sayFailed } from '../../lib/notify'
import { lastEventData } from './api'
import { type Draft, type Fault, faultAt } from './draft'
import { JsonField } from './JsonField'
import classes from './Panels.module.css'
import { SchemaTable } from './SchemaTable'
import { inferred } from './schema'
import type { Editing } from './use-editing'

/** What starts the workflow, and what the data of such an event must look like. */
export function TriggerPanel({ editing, faults }: { editing: Editing; faults: Fault[] }) {
  const { t } = useTranslation()
  const { draft, readOnly } = editing
  const [as, setAs] = useState<'table' | 'json'>('table')
  const set = (change: Partial<Draft>) => editing.change((d) => ({ ...d, ...change }))
  const infer = useMutation({
    mutationFn: () => lastEventData(draft.event_type),
    onSuccess: (data) => {
      if (data === null) return sayDone(t('workflows.no_event', { type: draft.event_type }))
      set({ event_schema: inferred(data) })
    },
    onError: (error) => sayFailed(error, t),
  })
  const fault = faultAt(faults, 'event_schema')
  return (
    <div className={classes.fields}>
      <TextInput
        label={t('workflows.event_type')}
        description={t('workflows.event_type_hint')}
        value={draft.event_type}
        error={faultAt(faults, 'event_type')}
        disabled={readOnly}
        onChange={(event) => set({ event_type: event.currentTarget.value })}
      />
      <div className={classes.head}>
        <h2>{t('workflows.schema')}</h2>
        <SegmentedControl
          size="xs"
          value={as}
          onChange={(next) => setAs(next as typeof as)}
          data={[
            { value: 'table', label: t('workflows.schema_table') },
            { value: 'json', label: 'JSON' },
          ]}
        />
      </div>
      <p className={classes.dim}>{t('workflows.schema_hint')}</p>
      {as === 'table' ? (
        <SchemaTable
          schema={draft.event_schema}
          disabled={readOnly}
          onChange={(event_schema) => set({ event_schema })}
        />
      ) : (
        <JsonField
          label={t('workflows.schema')}
          value={draft.event_schema}
          disabled={readOnly}
          onChange={(event_schema) => set({ event_schema })}
        />
      )}
      {fault && (
        <p role="alert" className={classes.fault}>
          {fault}
        </p>
      )}
      {!readOnly && (
        <Button
          variant="default"
          leftSection={<IconWand size={15} aria-hidden />}
          loading={infer.isPending}
          onClick={() => infer.mutate()}
        >
          {t('workflows.infer')}
        </Button>
      )}
    </div>
  )
}
