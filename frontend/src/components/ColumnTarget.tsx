import { NativeSelect, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../lib/api'
import { channels } from '../lib/words'

type Column = Schema['RosterColumn']

const fields = ['id', 'name', 'email', 'phone', 'locale', 'timezone'] as const
const types = ['string', 'number', 'boolean', 'date', 'list'] as const
const others = channels.filter((each) => !['email', 'sms', 'in_app'].includes(each))
const attribute = 'data.'

interface Props {
  /** What the column is called where it comes from. */
  name: string
  column: Column
  disabled?: boolean
  onChange: (column: Column) => void
}

/** What of a recipient a column of another system fills. */
export function ColumnTarget({
  name,
  column,
  fault,
  disabled = false,
  onChange,
}: Props & { fault: string | undefined }) {
  const { t } = useTranslation()
  const own = column.to.startsWith(attribute)
  return (
    <NativeSelect
      size="xs"
      aria-label={t('imports.fills_of', { column: name })}
      value={own ? attribute : column.to}
      error={fault}
      disabled={disabled}
      onChange={(event) => {
        const to = event.currentTarget.value
        onChange(to === attribute ? { to: attribute + name.trim().replaceAll(' ', '_'), type: 'string' } : { to })
      }}
      data={[
        { value: '', label: t('imports.to_nothing') },
        ...fields.map((value) => ({ value: value as string, label: t(`imports.to_${value}`) })),
        { value: attribute, label: t('imports.to_attribute') },
        ...others.map((each) => ({
          value: `address.${each}`,
          label: t('imports.to_address', { channel: t(`channel.${each}`) }),
        })),
      ]}
    />
  )
}

/** The name and the type of the attribute that a column fills, if it fills one. */
export function ColumnKind({ name, column, disabled = false, onChange }: Props) {
  const { t } = useTranslation()
  if (!column.to.startsWith(attribute)) return null
  return (
    <div style={{ display: 'flex', gap: 6 }}>
      <TextInput
        size="xs"
        style={{ flex: '1 0 110px' }}
        aria-label={t('imports.attribute_of', { column: name })}
        value={column.to.slice(attribute.length)}
        disabled={disabled}
        onChange={(event) => onChange({ ...column, to: attribute + event.currentTarget.value })}
      />
      <NativeSelect
        size="xs"
        style={{ flex: '1 0 84px' }}
        aria-label={t('imports.as_of', { column: name })}
        value={column.type ?? 'string'}
        disabled={disabled}
        onChange={(event) => onChange({ ...column, type: event.currentTarget.value as (typeof types)[number] })}
        data={types.map((value) => ({ value, label: t(`recipients.kind_${value}`) }))}
      />
    </div>
  )
}
