import { useSortable } from '@dnd-kit/sortable'
import { CSS } from '@dnd-kit/utilities'
import { ActionIcon, Button, NumberInput, Switch } from '@mantine/core'
import { IconFlask, IconGripVertical } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Chip } from '../../components/Chip'
import { Door } from '../../components/Door'
import { doors } from '../../lib/doors'
import { usePermission } from '../../lib/session'
import type { Integration, Pulse } from './api'
import type { Line } from './arrangement'
import classes from './Channels.module.css'
import { Paused } from './Paused'
import { Pulsing } from './Pulsing'

interface Props {
  line: Line
  first: boolean
  /** Its part of the traffic in percent, and whether it shares that with another. */
  share: number
  sharing: boolean
  movable: boolean
  pulse: Pulse | undefined
  onChange: (next: Partial<Integration>, shared?: boolean) => void
}

/** One account of a channel, in one line: its place, its state, how it fared. */
export function AccountLine({ line, first, share, sharing, movable, pulse, onChange }: Props) {
  const { t } = useTranslation()
  const mayAct = usePermission('admin')
  const { account, shared } = line
  const drag = useSortable({ id: account.id, disabled: !movable })
  return (
    <li
      ref={drag.setNodeRef}
      className={classes.line}
      data-shared={shared || undefined}
      data-off={!account.enabled || undefined}
      data-alone={(mayAct && !movable) || undefined}
      style={{ transform: CSS.Translate.toString(drag.transform), transition: drag.transition }}
    >
      {movable && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={26}
          className={classes.grip}
          ref={drag.setActivatorNodeRef}
          {...drag.attributes}
          {...drag.listeners}
          aria-label={t('channels.move', { name: account.name })}
        >
          <IconGripVertical size={16} aria-hidden />
        </ActionIcon>
      )}
      <div className={classes.name}>
        <Door door={doors.integration(account.id)}>{account.name}</Door>
        {account.sandbox && (
          <Chip tone="calm" icon={IconFlask}>
            {t('channels.sandboxed')}
          </Chip>
        )}
        <span className="dim">{account.provider}</span>
      </div>
      <Pulsing pulse={pulse} />
      <span className={classes.share}>{account.enabled && sharing ? t('channels.share', { percent: share }) : ''}</span>
      {mayAct && movable && sharing && (
        <NumberInput
          size="xs"
          w={70}
          min={1}
          max={1000}
          aria-label={t('channels.weight_of', { name: account.name })}
          value={account.weight}
          onBlur={(event) => {
            const weight = Number(event.currentTarget.value)
            if (weight >= 1 && weight !== account.weight) onChange({ weight })
          }}
        />
      )}
      <span className={classes.sharing}>
        {mayAct && movable && !first && (
          <Button variant="subtle" size="compact-xs" onClick={() => onChange({}, !shared)}>
            {shared ? t('channels.unshare') : t('channels.share_above')}
          </Button>
        )}
      </span>
      <Switch
        size="xs"
        checked={account.enabled}
        disabled={!mayAct}
        aria-label={t('channels.enabled_of', { name: account.name })}
        onChange={(event) => onChange({ enabled: event.currentTarget.checked })}
      />
      {account.paused_reason && <Paused account={account} />}
    </li>
  )
}
