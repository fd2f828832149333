import { ActionIcon, Button, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ConditionGroup } from './ConditionGroup'
import { groupOf, listOf, rootPath } from './conditions'
import { faultAt, faultsBelow } from './draft'
import type { StepPanelProps } from './kinds'
import classes from './Panels.module.css'
import styles from './Steps.module.css'
import type { Arm } from './step-parts'

/** The ways a run can take: the first whose conditions hold is taken. */
export function BranchPanel({ step, faults, fields, disabled, change }: StepPanelProps) {
  const { t } = useTranslation()
  const arms = step.branch?.arms ?? []
  const put = (next: Arm[]) => change({ branch: { arms: next } })
  const set = (place: number, arm: Arm) => put(arms.map((each, at) => (at === place ? arm : each)))
  const freeKey = () => {
    let n = arms.length + 1
    while (arms.some(({ key }) => key === `arm-${n}`)) n++
    return `arm-${n}`
  }
  return (
    <>
      {arms.map((arm, place) => {
        const group = groupOf(arm.if)
        const theirs = faultsBelow(faults, `branch.arms[${place}]`)
        return (
          <section
            // biome-ignore lint/suspicious/noArrayIndexKey: an arm's key changes while it is typed, its place does not
            key={place}
            className={styles.part}
            aria-label={t('workflows.arm', { place: place + 1 })}
          >
            <div className={styles.row}>
              <TextInput
                size="xs"
                label={t('workflows.arm', { place: place + 1 })}
                value={arm.key}
                error={faultAt(theirs, 'key')}
                disabled={disabled}
                onChange={(event) => set(place, { ...arm, key: event.currentTarget.value })}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                size={28}
                disabled={disabled || arms.length < 2}
                aria-label={t('workflows.remove', { step: arm.key })}
                onClick={() => put(arms.filter((_, at) => at !== place))}
              >
                <IconTrash size={14} aria-hidden />
              </ActionIcon>
            </div>
            {group.items.length === 0 && <p className={classes.dim}>{t('workflows.arm_open')}</p>}
            <ConditionGroup
              group={group}
              path={rootPath(group.mode)}
              fields={fields}
              faults={theirs}
              disabled={disabled}
              onChange={(next) => set(place, { ...arm, if: listOf(next) })}
            />
          </section>
        )
      })}
      {!disabled && (
        <Button
          variant="default"
          leftSection={<IconPlus size={15} aria-hidden />}
          onClick={() => put([...arms, { key: freeKey() }])}
        >
          {t('workflows.add_arm')}
        </Button>
      )}
      {faultAt(faults, 'branch.arms') && <p className={classes.fault}>{faultAt(faults, 'branch.arms')}</p>}
      <p className={classes.dim}>{t('workflows.branch_note')}</p>
    </>
  )
}
