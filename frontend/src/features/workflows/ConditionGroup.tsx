import { Button, SegmentedControl } from '@mantine/core'
import { IconPlus, IconStack2 } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ConditionRow } from './ConditionRow'
import classes from './Conditions.module.css'
import { conditionOf, type Field, type Group, isGroup, nestedOf } from './conditions'
import { type Condition, type Fault, faultAt } from './draft'

interface Props {
  group: Group
  /** Where the group's conditions are in the document, such as if or if[0].any. */
  path: string
  fields: Field[]
  faults: Fault[]
  disabled: boolean
  depth: number
  onChange: (group: Group) => void
}

/** Groups may be nested so deep; the server takes no more. */
const deepest = 3

/** Conditions and whether all or any of them must hold; groups stand within groups. */
export function ConditionGroup({ group, path, fields, faults, disabled, depth, onChange }: Props) {
  const { t } = useTranslation()
  const { mode, items } = group
  const put = (place: number, condition: Condition | null) =>
    onChange({ mode, items: items.flatMap((each, at) => (at === place ? (condition ?? []) : each)) })
  const add = (condition: Condition) => onChange({ mode, items: [...items, condition] })
  const fresh: Condition = { field: fields[0]?.path ?? 'data.', op: 'eq', value: '' as never }
  const own = faultAt(faults, path)
  return (
    <fieldset className={classes.group} data-nested={depth > 0 || undefined} disabled={disabled}>
      <legend className="unseen">{t('workflows.group')}</legend>
      {items.length > 1 && (
        <SegmentedControl
          size="xs"
          aria-label={t('workflows.group')}
          value={mode}
          disabled={disabled}
          onChange={(next) => onChange({ mode: next as Group['mode'], items })}
          data={[
            { value: 'all', label: t('workflows.all_of') },
            { value: 'any', label: t('workflows.any_of') },
          ]}
        />
      )}
      {items.map((condition, place) => {
        const at = `${path}[${place}]`
        if (!isGroup(condition)) {
          return (
            <ConditionRow
              // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no name but their place
              key={place}
              condition={condition}
              path={at}
              fields={fields}
              faults={faults}
              disabled={disabled}
              onChange={(next) => put(place, next)}
            />
          )
        }
        const nested = nestedOf(condition)
        return (
          <ConditionGroup
            // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no name but their place
            key={place}
            group={nested}
            path={`${at}.${nested.mode}`}
            fields={fields}
            faults={faults}
            disabled={disabled}
            depth={depth + 1}
            onChange={(next) => put(place, next.items.length === 0 ? null : conditionOf(next))}
          />
        )
      })}
      {own && <p className={classes.fault}>{own}</p>}
      {!disabled && (
        <div className={classes.adds}>
          <Button size="compact-xs" variant="default" leftSection={<IconPlus size={13} />} onClick={() => add(fresh)}>
            {t('workflows.add_condition')}
          </Button>
          {depth < deepest - 1 && items.length > 0 && (
            <Button
              size="compact-xs"
              variant="default"
              leftSection={<IconStack2 size={13} />}
              onClick={() => add(conditionOf({ mode: mode === 'all' ? 'any' : 'all', items: [fresh] }))}
            >
              {t('workflows.add_group')}
            </Button>
          )}
        </div>
      )}
    </fieldset>
  )
}
