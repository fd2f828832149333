import { Button, SegmentedControl } from '@mantine/core'
import { IconPlus, IconStack2 } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './Conditions.module.css'

/** How many of a group's conditions must hold. */
export type Mode = 'all' | 'any' | 'none'

export interface Group<T> {
  mode: Mode
  items: T[]
}

/** One condition as the tree draws it: where it is in the document, and what becomes of it. */
export interface RowProps<T> {
  condition: T
  path: string
  disabled: boolean
  onChange: (condition: T | null) => void
}

/** What the tree must know of the conditions it is made of. */
export interface ConditionKit<T> {
  modes: readonly Mode[]
  /** Groups may be nested so deep; the server takes no more. */
  deepest: number
  fresh: () => T
  /** The group that a condition is; nothing for one that is none. */
  open: (condition: T) => Group<T> | undefined
  close: (group: Group<T>) => T
  /** Where a group's conditions are, below the place of the group. */
  below: (path: string, group: Group<T>) => string
  faultAt: (path: string) => string | undefined
  row: (props: RowProps<T>) => ReactNode
}

interface Props<T> {
  kit: ConditionKit<T>
  group: Group<T>
  /** Where the group's conditions are in the document, such as if or if[0].any. */
  path: string
  disabled: boolean
  depth?: number
  onChange: (group: Group<T>) => void
}

/** Conditions and whether all, any or none of them must hold; groups stand within groups. */
export function ConditionTree<T>({ kit, group, path, disabled, depth = 0, onChange }: Props<T>) {
  const { t } = useTranslation()
  const { mode, items } = group
  const put = (place: number, condition: T | null) =>
    onChange({ mode, items: items.flatMap((each, at) => (at === place ? (condition ?? []) : [each])) as T[] })
  const add = (condition: T) => onChange({ mode, items: [...items, condition] })
  const names = { all: t('conditions.all_of'), any: t('conditions.any_of'), none: t('conditions.none_of') }
  const own = kit.faultAt(path)
  return (
    <fieldset className={classes.group} data-nested={depth > 0 || undefined} disabled={disabled}>
      <legend className="unseen">{t('conditions.group')}</legend>
      {(items.length > 1 || mode === 'none') && (
        <SegmentedControl
          size="xs"
          aria-label={t('conditions.group')}
          value={mode}
          disabled={disabled}
          onChange={(next) => onChange({ mode: next as Mode, items })}
          data={kit.modes.map((each) => ({ value: each, label: names[each] }))}
        />
      )}
      {items.map((condition, place) => {
        const at = `${path}[${place}]`
        const nested = kit.open(condition)
        return nested ? (
          <ConditionTree
            // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no name but their place
            key={place}
            kit={kit}
            group={nested}
            path={kit.below(at, nested)}
            disabled={disabled}
            depth={depth + 1}
            onChange={(next) => put(place, next.items.length === 0 ? null : kit.close(next))}
          />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no name but their place
          <div key={place} className={classes.place}>
            {kit.row({ condition, path: at, disabled, onChange: (next) => put(place, next) })}
          </div>
        )
      })}
      {own && <p className={classes.fault}>{own}</p>}
      {!disabled && (
        <div className={classes.adds}>
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<IconPlus size={13} />}
            onClick={() => add(kit.fresh())}
          >
            {t('conditions.add_condition')}
          </Button>
          {depth < kit.deepest - 1 && items.length > 0 && (
            <Button
              size="compact-xs"
              variant="default"
              leftSection={<IconStack2 size={13} />}
              onClick={() => add(kit.close({ mode: mode === 'all' ? 'any' : 'all', items: [kit.fresh()] }))}
            >
              {t('conditions.add_group')}
            </Button>
          )}
        </div>
      )}
    </fieldset>
  )
}
