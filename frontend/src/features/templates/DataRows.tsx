import { ActionIcon, Button, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './TemplatePage.module.css'

type Row = readonly [key: string, value: string]

interface Props {
  data: Record<string, string>
  readOnly: boolean
  onChange: (data: Record<string, string>) => void
}

/** Named values that an app gets with the message. Rows without a name of their own are not kept. */
export function DataRows({ data, readOnly, onChange }: Props) {
  const { t } = useTranslation()
  const [typed, setRows] = useState<Row[]>(() => Object.entries(data))
  // What came from elsewhere meanwhile wins over rows that were typed here.
  const rows = JSON.stringify(kept(typed)) === JSON.stringify(data) ? typed : Object.entries(data)
  const put = (next: Row[]) => {
    setRows(next)
    onChange(kept(next))
  }
  const set = (at: number, row: Row) => put(rows.map((each, i) => (i === at ? row : each)))
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
            error={key !== '' && isTaken(rows, key, at) && t('templates.data_twice')}
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
              onClick={() => put(rows.filter((_, i) => i !== at))}
            >
              <IconTrash size={15} aria-hidden />
            </ActionIcon>
          )}
        </div>
      ))}
      {!readOnly && (
        <Button size="compact-xs" variant="subtle" onClick={() => setRows([...rows, ['', '']])}>
          {t('templates.add_value')}
        </Button>
      )}
    </fieldset>
  )
}

const kept = (rows: readonly Row[]) =>
  Object.fromEntries(rows.filter(([key], at) => key !== '' && !isTaken(rows, key, at)))

const isTaken = (rows: readonly Row[], key: string, at: number) => rows.findIndex(([other]) => other === key) < at
