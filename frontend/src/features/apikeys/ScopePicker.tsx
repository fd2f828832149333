import { Checkbox, Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Permission } from '../../lib/session'
import { scopes } from '../../lib/words'

interface Props {
  value: Permission[]
  fault: string | undefined
  onChange: (next: Permission[]) => void
}

/** What a key may do, in plain words. */
export function ScopePicker({ value, fault, onChange }: Props) {
  const { t } = useTranslation()
  return (
    <Checkbox.Group
      aria-label={t('apikeys.scopes')}
      value={value}
      error={fault}
      onChange={(next) => onChange(scopes.filter((scope) => next.includes(scope)))}
    >
      <Stack gap={10}>
        {scopes.map((scope) => (
          <Checkbox
            key={scope}
            value={scope}
            size="xs"
            // An administrator may do everything; the others would say nothing more.
            disabled={scope !== 'admin' && value.includes('admin')}
            label={
              <>
                {t(`scope.${scope}`)} <code className="dim">{scope}</code>
              </>
            }
            description={t(`scope_hint.${scope}`)}
          />
        ))}
      </Stack>
    </Checkbox.Group>
  )
}
