import { ActionIcon, Autocomplete, NativeSelect, TagsInput, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import classes from '../../components/conditions/Conditions.module.css'
import { type Field, needsValue, type Operator, operators, takesList } from './conditions'
import { type Condition, type Fault, faultAt } from './draft'
import { type SchemaField, textOf, typedAs } from './schema'

interface Props {
  condition: Condition
  path: string
  fields: Field[]
  faults: Fault[]
  disabled: boolean
  onChange: (condition: Condition | null) => void
}

/** One comparison: what is looked at, how, and with what it is compared. */
export function ConditionRow({ condition, path, fields, faults, disabled, onChange }: Props) {
  const { t } = useTranslation()
  const { field = '', op = 'eq', value } = condition
  const type = fields.find((each) => each.path === field)?.type ?? 'any'
  const choose = (next: Operator) => {
    if (!needsValue(next)) return onChange({ field, op: next })
    const list = takesList(next)
    const old: unknown = value
    const kept = list === Array.isArray(old) ? old : list ? (old === '' || old === undefined ? [] : [old]) : ''
    onChange({ field, op: next, value: kept as never })
  }
  return (
    <div className={classes.row}>
      <Autocomplete
        className={classes.field}
        size="xs"
        aria-label={t('workflows.field')}
        value={field}
        data={fields.map((each) => each.path)}
        error={faultAt(faults, `${path}.field`)}
        disabled={disabled}
        onChange={(next) => onChange({ ...condition, field: next })}
      />
      <NativeSelect
        className={classes.op}
        size="xs"
        aria-label={t('workflows.operator')}
        value={op}
        error={faultAt(faults, `${path}.op`)}
        disabled={disabled}
        onChange={(event) => choose(event.currentTarget.value as Operator)}
        data={operators.map((each) => ({ value: each, label: t(`workflows.op_${each}`) }))}
      />
      {needsValue(op) && (
        <Value
          key={`${op}-${type}`}
          list={takesList(op)}
          type={type}
          value={value}
          error={faultAt(faults, `${path}.value`) ?? faultAt(faults, path)}
          disabled={disabled}
          onChange={(next) => onChange({ ...condition, value: next as never })}
        />
      )}
      <ActionIcon
        variant="subtle"
        color="gray"
        size={28}
        disabled={disabled}
        aria-label={t('workflows.remove_condition')}
        onClick={() => onChange(null)}
      >
        <IconTrash size={14} aria-hidden />
      </ActionIcon>
    </div>
  )
}

interface ValueProps {
  list: boolean
  type: SchemaField['type']
  value: unknown
  error: string | undefined
  disabled: boolean
  onChange: (value: unknown) => void
}

function Value({ list, type, value, error, disabled, onChange }: ValueProps) {
  const { t } = useTranslation()
  const [text, setText] = useState(textOf(value))
  const common = { className: classes.value ?? '', size: 'xs', 'aria-label': t('workflows.value'), error, disabled }
  if (list) {
    const items = Array.isArray(value) ? value.map(textOf) : []
    return (
      <TagsInput {...common} value={items} onChange={(next) => onChange(next.map((each) => typedAs(each, type)))} />
    )
  }
  if (type === 'boolean') {
    return (
      <NativeSelect
        {...common}
        value={String(value)}
        onChange={(event) => onChange(event.currentTarget.value === 'true')}
        data={[
          { value: 'true', label: t('workflows.yes') },
          { value: 'false', label: t('workflows.no') },
        ]}
      />
    )
  }
  return (
    <TextInput
      {...common}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value)
        onChange(typedAs(event.currentTarget.value, type))
      }}
    />
  )
}
