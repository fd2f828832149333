import { Group, NumberInput, Switch, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { FormSection } from '../../components/form/FormPage'
import type { Part } from './PlanForm'

/** When a broadcast begins, and how fast it goes. */
export function TimingFields({ part: { draft, change, faultOf } }: { part: Part }) {
  const { t } = useTranslation()
  return (
    <FormSection title={t('broadcasts.timing')} intro={t('broadcasts.timing_intro')}>
      <TextInput
        type="datetime-local"
        label={t('broadcasts.send_at')}
        description={t('broadcasts.send_at_hint')}
        value={draft.sendAt}
        error={faultOf('send_at')}
        onChange={(event) => change({ sendAt: event.currentTarget.value })}
      />
      <NumberInput
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
        label={t('broadcasts.window')}
        checked={draft.window}
        error={faultOf('window')}
        onChange={(event) => change({ window: event.currentTarget.checked })}
      />
      {draft.window && (
        <Group gap={12} align="end">
          <TextInput
            type="time"
            label={t('broadcasts.window_from')}
            value={draft.from}
            onChange={(event) => change({ from: event.currentTarget.value })}
          />
          <TextInput
            type="time"
            label={t('broadcasts.window_to')}
            value={draft.to}
            onChange={(event) => change({ to: event.currentTarget.value })}
          />
          <TextInput
            label={t('broadcasts.window_zone')}
            value={draft.timezone}
            onChange={(event) => change({ timezone: event.currentTarget.value })}
          />
        </Group>
      )}
    </FormSection>
  )
}
