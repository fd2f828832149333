import { Checkbox, Group, NumberInput, Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../../lib/api'
import { callbackTricks } from '../../lib/words'

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
          {(['delay_ms', 'duplicates'] as const).map((key) => (
            <NumberInput
              key={key}
              size="xs"
              w={120}
              label={t(`sandbox.${key}`)}
              min={0}
              max={key === 'delay_ms' ? 600_000 : 100}
              value={value[key] ?? 0}
              onChange={(number) => onChange({ ...value, [key]: Number(number) })}
            />
          ))}
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
