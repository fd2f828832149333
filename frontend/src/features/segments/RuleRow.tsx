import { ActionIcon, NativeSelect, Select } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RowProps } from '../../components/conditions/ConditionTree'
import { Narrowing } from './Narrowing'
import classes from './RuleRow.module.css'
import { conditionOn, needsValue, type Op, opsOf, personFields, type Rule, withOp } from './rule'
import type { Known } from './use-known'
import { Value } from './Value'

interface Props extends RowProps<Rule> {
  known: Known
  faultAt: (path: string) => string | undefined
}

/** Fields whose comparisons have no opposite of their own. */
const deniable = new Set(['address', 'activity'])

/** One condition on recipients: what is looked at, how, and what it is compared with. */
export function RuleRow({ condition, path, disabled, known, faultAt, onChange }: Props) {
  const { t } = useTranslation()
  const rule = condition.not ?? condition
  const denied = condition.not !== undefined
  const at = denied ? `${path}.not` : path
  const field = rule.field ?? ''
  const op = (rule.op ?? 'eq') as Op
  const change = (next: Rule, deny = denied) => onChange(deny ? { not: next } : next)
  return (
    <div className={classes.row}>
      <div className={classes.parts}>
        <FieldPick
          field={field}
          known={known}
          error={faultAt(`${at}.field`)}
          disabled={disabled}
          onChange={(next) => change(conditionOn(next), denied && deniable.has(next))}
        />
        {(denied || deniable.has(field)) && (
          <NativeSelect
            size="xs"
            aria-label={t('segments.holds')}
            value={denied ? 'no' : 'yes'}
            disabled={disabled}
            onChange={(event) => change(rule, event.currentTarget.value === 'no')}
            data={[
              { value: 'yes', label: t('segments.does') },
              { value: 'no', label: t('segments.does_not') },
            ]}
          />
        )}
        <NativeSelect
          size="xs"
          aria-label={t('segments.comparison')}
          value={op}
          error={faultAt(`${at}.op`)}
          disabled={disabled}
          onChange={(event) => change(withOp(rule, event.currentTarget.value as Op))}
          data={opsOf(field).map((each) => ({ value: each, label: t(`segments.op_${each}`) }))}
        />
        {needsValue(op) && (
          <Value
            key={`${field} ${op}`}
            rule={rule}
            known={known}
            error={faultAt(`${at}.value`)}
            disabled={disabled}
            onChange={(value) => change({ ...rule, value })}
          />
        )}
        <Narrowing
          rule={rule}
          known={known}
          path={at}
          faultAt={faultAt}
          disabled={disabled}
          onChange={(next) => change(next)}
        />
      </div>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={28}
        disabled={disabled}
        aria-label={t('segments.remove_condition')}
        onClick={() => onChange(null)}
      >
        <IconTrash size={14} aria-hidden />
      </ActionIcon>
    </div>
  )
}

interface PickProps {
  field: string
  known: Known
  error: string | undefined
  disabled: boolean
  onChange: (field: string) => void
}

/** What is looked at: something every recipient has, or an attribute; one that nobody has yet can be typed. */
function FieldPick({ field, known, error, disabled, onChange }: PickProps) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const attributes = known.attributes.map(({ name }) => `data.${name}`)
  const path = typed.startsWith('data.') ? typed : `data.${typed}`
  const isNew = /^data\.[^\s".\\][^"\\]*$/.test(path) && typed !== 'data.'
  for (const each of [field, ...(isNew ? [path] : [])]) {
    if (each.startsWith('data.') && !attributes.includes(each)) attributes.push(each)
  }
  return (
    <Select
      className={classes.field ?? ''}
      size="xs"
      searchable
      allowDeselect={false}
      aria-label={t('segments.field')}
      value={field}
      error={error}
      disabled={disabled}
      onSearchChange={setTyped}
      onChange={(next) => next && next !== field && onChange(next)}
      data={[
        {
          group: t('segments.about_person'),
          items: personFields.map((each) => ({ value: each, label: t(`segments.field_${each}`) })),
        },
        { group: t('segments.attributes'), items: attributes.map((each) => ({ value: each, label: each })) },
      ]}
    />
  )
}
