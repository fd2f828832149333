import { ActionIcon, Button, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useNamedRows } from '../../lib/named-rows'
import classes from './Hook.module.css'

interface Props {
  label: string
  hint: string
  /** What the two columns are called. */
  from: string
  to: string
  value: Record<string, string>
  error?: string | undefined
  onChange: (value: Record<string, string>) => void
}

/** A map as rows. A row counts once both of its sides are written. */
export function PairRows({ label, hint, from, to, value, error, onChange }: Props) {
  const { t } = useTranslation()
  const { rows, set, remove, add, isTaken } = useNamedRows({ value, empty: 'dropped', onChange })
  return (
    <fieldset className={classes.pairs}>
      <legend>{label}</legend>
      <p>{hint}</p>
      {rows.map(([name, path], n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place; its name changes while it is written
        <div key={n} className={classes.pair}>
          <TextInput
            aria-label={from}
            placeholder={from}
            value={name}
            error={isTaken(n) && t('sources.hook_twice')}
            onChange={(event) => set(n, [event.currentTarget.value, path])}
          />
          <TextInput
            aria-label={to}
            placeholder={to}
            value={path}
            onChange={(event) => set(n, [name, event.currentTarget.value])}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('sources.hook_remove', { n: n + 1 })}
            onClick={() => remove(n)}
          >
            <IconX size={14} aria-hidden />
          </ActionIcon>
        </div>
      ))}
      {error && (
        <p role="alert" className={classes.fault}>
          {error}
        </p>
      )}
      <Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={14} aria-hidden />} onClick={add}>
        {t('sources.hook_add')}
      </Button>
    </fieldset>
  )
}
