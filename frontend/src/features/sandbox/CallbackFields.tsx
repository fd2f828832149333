import { Checkbox, Group, NumberInput, Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../../lib/api'
import { callbackTricks } from '../../lib/fault-words'

export type Callbacks = Schema['FaultCallback']

interface Props {
  value: Callbacks
  onChange: (value: Callbacks) => void
}

/** How a vendor calls back about what it accepted, with or without a fault. */
export function CallbackFields({ value, onChange }: Props) {
  const { t } = useTranslation()
  return (
    <details>
      <summary style={{ cursor: 'pointer', marginTop: 8 }}>{t('sandbox.callbacks')}</summary>
      <Stack gap={6} mt={6}>
        <Group gap={8}>
          <NumberInput
            size="xs"
            w={120}
            label={t('sandbox.delay_ms')}
            min={0}
            max={600_000}
            value={value.delay_ms ?? 0}
            onChange={(number) => onChange({ ...value, delay_ms: Number(number) })}
          />
          <NumberInput
            size="xs"
            w={120}
            label={t('sandbox.duplicates')}
            min={0}
            max={100}
            value={value.duplicates ?? 0}
            onChange={(number) => onChange({ ...value, duplicates: Number(number) })}
          />
        </Group>
        {callbackTricks.map((trick) => (
          <Checkbox
            key={trick}
            size="xs"
            label={t(`sandbox.callback.${trick}`)}
            checked={value[trick] ?? false}
            onChange={(event) => onChange({ ...value, [trick]: event.currentTarget.checked })}
          />
        ))}
      </Stack>
    </details>
  )
}
