import { Group, NumberInput, Switch, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { ZonePick } from '../../components/ZonePick'
import type { Part } from './part'

/** When a broadcast begins, and how fast it goes. */
export function TimingFields({ part: { draft, change, faultOf } }: { part: Part }) {
  const { t } = useTranslation()
  return (
    <>
      <TextInput
        type="datetime-local"
        id="broadcast-send-at"
        label={t('broadcasts.send_at')}
        description={t('broadcasts.send_at_hint')}
        value={draft.sendAt}
        error={faultOf('send_at')}
        onChange={(event) => change({ sendAt: event.currentTarget.value })}
      />
      <NumberInput
        id="broadcast-per-second"
        label={t('broadcasts.per_second')}
        description={t('broadcasts.per_second_hint')}
        min={0}
        max={100_000}
        allowDecimal={false}
        value={draft.perSecond}
        error={faultOf('per_second')}
        onChange={(value) => change({ perSecond: Number(value) || 0 })}
      />
      <Switch
        id="broadcast-window"
        label={t('broadcasts.window')}
        checked={draft.window}
        error={faultOf('window')}
        onChange={(event) => change({ window: event.currentTarget.checked })}
      />
      {draft.window && (
        <Group gap={12} align="start">
          <TextInput
            type="time"
            id="broadcast-window-from"
            label={t('broadcasts.window_from')}
            value={draft.from}
            error={faultOf('window.from')}
            onChange={(event) => change({ from: event.currentTarget.value })}
          />
          <TextInput
            type="time"
            id="broadcast-window-to"
            label={t('broadcasts.window_to')}
            value={draft.to}
            error={faultOf('window.to')}
            onChange={(event) => change({ to: event.currentTarget.value })}
          />
          <ZonePick
            id="broadcast-window-zone"
            label={t('broadcasts.window_zone')}
            value={draft.timezone}
            error={faultOf('window.timezone')}
            onChange={(timezone) => change({ timezone })}
          />
        </Group>
      )}
    </>
  )
}
