import { TextInput } from '@mantine/core'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { ConditionGroup } from './ConditionGroup'
import { fieldsFor, groupOf, listOf, rootPath } from './conditions'
import { changeStep, type DraftStep, type Fault, faultAt, type Step } from './draft'
import { stepKinds } from './kinds'
import classes from './Panels.module.css'
import type { Editing } from './use-editing'
import { WithinSelect } from './WithinSelect'

interface Props {
  editing: Editing
  step: DraftStep
  place: number
  faults: Fault[]
  doubts: Fault[]
}

/** Everything about one step: its key, what its kind asks for, and when it runs. */
export function StepPanel({ editing, step, place, faults, doubts }: Props) {
  const { t } = useTranslation()
  const { draft, readOnly } = editing
  const { Panel, title } = stepKinds[step.kind]
  const fields = useMemo(() => fieldsFor(draft.event_schema), [draft.event_schema])
  const group = groupOf(step.if)
  const change = (change: Partial<Step>) => editing.change((d) => changeStep(d, step.uid, change))
  return (
    <div className={classes.fields}>
      <h2>
        {place + 1}. {title(t)}
      </h2>
      <Panel
        step={step}
        above={draft.steps.slice(0, place)}
        fields={fields}
        faults={faults}
        doubts={doubts}
        disabled={readOnly}
        change={change}
      />
      <WithinSelect
        step={step}
        above={draft.steps.slice(0, place)}
        faults={faults}
        disabled={readOnly}
        change={change}
      />
      <TextInput
        label={t('workflows.step_key')}
        description={t('workflows.step_key_hint')}
        value={step.key}
        error={faultAt(faults, 'key')}
        disabled={readOnly}
        onChange={(event) => change({ key: event.currentTarget.value })}
      />
      <h3>{t('workflows.runs_when')}</h3>
      {group.items.length === 0 && <p className={classes.dim}>{t('workflows.runs_always')}</p>}
      <ConditionGroup
        group={group}
        path={rootPath(group.mode)}
        fields={fields}
        faults={faults}
        disabled={readOnly}
        onChange={(next) => change({ if: listOf(next) })}
      />
    </div>
  )
}
