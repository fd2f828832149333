import { useMemo } from 'react'
import { type ConditionKit, ConditionTree } from '../../components/conditions/ConditionTree'
import { ConditionRow } from './ConditionRow'
import { conditionOf, type Field, type Group, isGroup, nestedOf } from './conditions'
import { type Condition, type Fault, faultAt } from './draft'

interface Props {
  group: Group
  /** Where the group's conditions are in the document, such as if or if[0].any. */
  path: string
  fields: Field[]
  faults: Fault[]
  disabled: boolean
  onChange: (group: Group) => void
}

/** The conditions of a step: what the server takes is two levels of groups within the first. */
export function ConditionGroup({ group, path, fields, faults, disabled, onChange }: Props) {
  const kit = useMemo(
    (): ConditionKit<Condition> => ({
      modes: ['all', 'any'],
      deepest: 3,
      fresh: () => ({ field: fields[0]?.path ?? 'data.', op: 'eq', value: '' as never }),
      open: (condition) => (isGroup(condition) ? nestedOf(condition) : undefined),
      close: ({ mode, items }) => conditionOf({ mode: mode === 'any' ? 'any' : 'all', items }),
      below: (at, { mode }) => `${at}.${mode}`,
      faultAt: (at) => faultAt(faults, at),
      row: (props) => <ConditionRow {...props} fields={fields} faults={faults} />,
    }),
    [fields, faults],
  )
  return (
    <ConditionTree
      kit={kit}
      group={group}
      path={path}
      disabled={disabled}
      onChange={({ mode, items }) => onChange({ mode: mode === 'any' ? 'any' : 'all', items })}
    />
  )
}
