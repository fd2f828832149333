import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CodeEditor } from '../../components/code/CodeEditor'
import classes from './TemplatePage.module.css'

interface Props {
  label: string
  value: Record<string, unknown>
  onChange: (value: Record<string, unknown>) => void
}

/** An object as JSON; what cannot be read is said and not used. */
export function DataJson({ label, value, onChange }: Props) {
  const { t } = useTranslation()
  const [text, setText] = useState<string>()
  const [wrong, setWrong] = useState(false)
  const shown = wrong && text !== undefined ? text : JSON.stringify(value, null, 2)
  return (
    <div className={`${classes.gap} ${classes.code}`}>
      <CodeEditor
        label={label}
        language="json"
        value={shown}
        minHeight="90px"
        maxHeight="220px"
        onChange={(next) => {
          setText(next)
          const read = objectOf(next)
          setWrong(read === undefined)
          if (read) onChange(read)
        }}
      />
      {wrong && <p role="alert">{t('templates.not_json')}</p>}
    </div>
  )
}

export function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
