import { ActionIcon, Button, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useNamedRows } from '../../lib/named-rows'
import classes from './TemplatePage.module.css'

interface Props {
  data: Record<string, string>
  readOnly: boolean
  onChange: (data: Record<string, string>) => void
}

/** Named values that an app gets with the message. Rows without a name of their own are not kept. */
export function DataRows({ data, readOnly, onChange }: Props) {
  const { t } = useTranslation()
  const { rows, set, remove, add, isTaken } = useNamedRows({ value: data, onChange })
  return (
    <fieldset className={classes.actions} disabled={readOnly} aria-label={t('templates.data_map')}>
      {rows.length > 0 && <h3>{t('templates.data_map')}</h3>}
      {rows.map(([key, value], at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a value has no other name while its name is being typed
        <div key={at} className={classes.value}>
          <TextInput
            size="xs"
            label={t('templates.data_key')}
            value={key}
            error={isTaken(at) && t('templates.data_twice')}
            onChange={(event) => set(at, [event.currentTarget.value, value])}
          />
          <TextInput
            size="xs"
            label={t('templates.data_value')}
            value={value}
            onChange={(event) => set(at, [key, event.currentTarget.value])}
          />
          {!readOnly && (
            <ActionIcon
              variant="subtle"
              color="red"
              aria-label={t('templates.remove_value', { key })}
              onClick={() => remove(at)}
            >
              <IconTrash size={15} aria-hidden />
            </ActionIcon>
          )}
        </div>
      ))}
      {!readOnly && (
        <Button size="compact-xs" variant="subtle" onClick={add}>
          {t('templates.add_value')}
        </Button>
      )}
    </fieldset>
  )
}
