import { Menu, UnstyledButton } from '@mantine/core'
import { IconCheck, IconLock, IconLockOpen, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../../lib/api'
import type { Lock } from './choices'
import classes from './Matrix.module.css'

interface Props {
  label: string
  chosen: boolean | undefined
  /** What holds in the end, and why; undefined while it is being asked. */
  holds: Schema['EffectiveEntry'] | undefined
  lock: Lock | undefined
  disabled: boolean
  /** A change is on its way: what was just chosen is shown. */
  pending: boolean
  onChoose: (on: boolean | undefined) => void
  onLock: () => void
  onUnlock: () => void
}

/** One switch: what holds there, why, and what may be chosen. */
export function Cell({ label, chosen, holds, lock, disabled, pending, onChoose, onLock, onUnlock }: Props) {
  const { t } = useTranslation()
  const own = chosen === false ? 'off' : 'on'
  const fresh = holds && !(pending && chosen !== undefined && holds.value !== 'required')
  const value = fresh ? holds.value : own
  const level = holds?.levels[0]?.level ?? (chosen === undefined ? 'built_in' : 'category_channel')
  const overruled = holds?.value === 'required' && holds.levels[0]?.setting === 'off'
  const Icon = value === 'off' ? IconX : value === 'required' ? IconLock : IconCheck
  const says = t(`recipients.value_${value}`)
  return (
    <Menu withinPortal position="bottom" width={250}>
      <Menu.Target>
        <UnstyledButton
          className={`${classes.cell} ${chosen === undefined ? classes.follows : ''}`}
          data-value={value}
          aria-label={`${label}: ${says}`}
        >
          <Icon size={14} aria-hidden />
          {lock && <IconLock size={10} aria-label={lock.reason} className={classes.lock} />}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {label}: {says}. {t(`recipients.level_${level}`)}
          {overruled && ` ${t('recipients.overruled')}`}
          {lock && ` ${t('recipients.locked_because', { reason: lock.reason })}`}
        </Menu.Label>
        {([true, false, undefined] as const).map((on) => (
          <Menu.Item
            key={String(on)}
            disabled={disabled}
            rightSection={chosen === on ? <IconCheck size={13} aria-hidden /> : null}
            onClick={() => onChoose(on)}
          >
            {t(on === undefined ? 'recipients.choose_follow' : on ? 'recipients.choose_on' : 'recipients.choose_off')}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          disabled={disabled}
          leftSection={lock ? <IconLockOpen size={13} aria-hidden /> : <IconLock size={13} aria-hidden />}
          onClick={lock ? onUnlock : onLock}
        >
          {t(lock ? 'recipients.unlock' : 'recipients.lock')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
