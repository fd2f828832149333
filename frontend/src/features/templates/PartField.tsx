import { useTranslation } from 'react-i18next'
import { CodeEditor, type Partial as Named, type Word } from '../../components/code/CodeEditor'
import type { Schema } from '../../lib/api'
import classes from './TemplatePage.module.css'
import { filters, propertiesOf } from './variables'

interface Props {
  name: string
  height: string
  value: string
  words: readonly Word[]
  partials: readonly Named[]
  faults: Schema['FieldError'][]
  readOnly: boolean
  onChange: (value: string) => void
}

const properties = (path: readonly string[]) => propertiesOf(null, path)

/** One source of a layout or a partial, with its faults. */
export function PartField({ name, height, value, words, partials, faults, readOnly, onChange }: Props) {
  const { t } = useTranslation()
  const places = faults.map(({ line, column, detail }) => ({
    line: line ?? 1,
    message: detail,
    ...(column ? { column } : {}),
  }))
  return (
    <div className={classes.field}>
      <div className={classes.fieldHead}>
        <h3>{name}</h3>
      </div>
      <div className={classes.code} data-fault={faults.length > 0 || undefined}>
        <CodeEditor
          label={name}
          language="liquid"
          value={value}
          onChange={onChange}
          readOnly={readOnly}
          faults={places}
          variables={words}
          properties={properties}
          filters={filters}
          partials={partials}
          minHeight={height}
        />
      </div>
      {faults.map(({ code, detail, column }) => (
        <p key={code + detail} role="alert" className={classes.fault}>
          {detail}
          {column ? ` (${t('templates.column', { column })})` : ''}
        </p>
      ))}
    </div>
  )
}
