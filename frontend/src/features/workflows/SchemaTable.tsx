import { ActionIcon, Button, Checkbox, NativeSelect, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import classes from './Panels.module.css'
import { fieldsOf, fieldTypes, type SchemaField, withField, withoutField } from './schema'

interface Props {
  schema: Record<string, unknown> | null
  disabled: boolean
  onChange: (schema: Record<string, unknown>) => void
}

/** The fields of an event's data, a block each: the friendly face of a JSON Schema. */
export function SchemaTable({ schema, disabled, onChange }: Props) {
  const { t } = useTranslation()
  const fields = fieldsOf(schema)
  const fresh = (): SchemaField => {
    let name = 'field'
    for (let n = 2; fields.some((each) => each.name === name); n++) name = `field_${n}`
    return { name, type: 'string', required: false, description: '', example: '' }
  }
  return (
    <>
      <ul className={classes.schema}>
        {fields.map((field, place) => (
          <Line
            // biome-ignore lint/suspicious/noArrayIndexKey: a field's name changes while it is typed, its place does not
            key={place}
            field={field}
            taken={fields.filter((_, at) => at !== place).map((each) => each.name)}
            disabled={disabled}
            onChange={(next) => onChange(withField(schema, place, next))}
            onRemove={() => onChange(withoutField(schema, place))}
          />
        ))}
      </ul>
      {!disabled && (
        <Button
          variant="default"
          leftSection={<IconPlus size={15} aria-hidden />}
          onClick={() => onChange(withField(schema, fields.length, fresh()))}
        >
          {t('workflows.add_field')}
        </Button>
      )}
    </>
  )
}

interface LineProps {
  field: SchemaField
  taken: string[]
  disabled: boolean
  onChange: (field: SchemaField) => void
  onRemove: () => void
}

function Line({ field, taken, disabled, onChange, onRemove }: LineProps) {
  const { t } = useTranslation()
  const set = (change: Partial<SchemaField>) => onChange({ ...field, ...change })
  const common = { size: 'xs', disabled } as const
  return (
    <li className={classes.schemaField}>
      <TextInput
        {...common}
        aria-label={t('workflows.field_name')}
        value={field.name}
        onChange={({ currentTarget: { value } }) => {
          // Two fields of one name would be one, and the other lost.
          if (!taken.includes(value)) set({ name: value })
        }}
      />
      <NativeSelect
        {...common}
        aria-label={t('workflows.field_type')}
        value={field.type}
        onChange={(event) => set({ type: event.currentTarget.value as SchemaField['type'] })}
        data={[...fieldTypes, 'any' as const].map((type) => ({ value: type, label: t(`workflows.type_${type}`) }))}
      />
      {disabled ? (
        <span />
      ) : (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={28}
          aria-label={t('workflows.remove_field', { name: field.name })}
          onClick={onRemove}
        >
          <IconTrash size={14} aria-hidden />
        </ActionIcon>
      )}
      <TextInput
        {...common}
        aria-label={t('workflows.field_description')}
        placeholder={t('workflows.field_description')}
        value={field.description}
        onChange={(event) => set({ description: event.currentTarget.value })}
      />
      <TextInput
        {...common}
        aria-label={t('workflows.field_example')}
        placeholder={t('workflows.field_example')}
        value={field.example}
        onChange={(event) => set({ example: event.currentTarget.value })}
      />
      <Checkbox
        {...common}
        label={t('workflows.field_required')}
        checked={field.required}
        onChange={(event) => set({ required: event.currentTarget.checked })}
      />
    </li>
  )
}
