import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CodeEditor } from '../../components/code/CodeEditor'
import { isObject } from './draft'
import classes from './Panels.module.css'

interface Props {
  label: string
  value: Record<string, unknown> | null
  disabled: boolean
  height?: string
  onChange: (value: Record<string, unknown> | null) => void
}

/** A JSON object as text. What is no object is shown as such and not handed on. */
export function JsonField({ label, value, disabled, height = '320px', onChange }: Props) {
  const { t } = useTranslation()
  const [text, setText] = useState(() => written(value))
  const [known, setKnown] = useState(value)
  if (known !== value) {
    // It was changed elsewhere, not by this text.
    setKnown(value)
    setText(written(value))
  }
  const write = (next: string) => {
    setText(next)
    const read = objectOf(next)
    if (read === undefined) return
    setKnown(read)
    onChange(read)
  }
  return (
    <>
      <div className={classes.code}>
        <CodeEditor
          label={label}
          language="json"
          value={text}
          readOnly={disabled}
          minHeight={height}
          maxHeight={height}
          onChange={write}
        />
      </div>
      {objectOf(text) === undefined && (
        <p role="alert" className={classes.fault}>
          {t('workflows.not_json')}
        </p>
      )}
    </>
  )
}

const written = (value: Record<string, unknown> | null) => (value === null ? '' : JSON.stringify(value, null, 2))

/** The object that a text is; null for no text, undefined for anything else. */
export function objectOf(text: string): Record<string, unknown> | null | undefined {
  if (text.trim() === '') return null
  try {
    const read: unknown = JSON.parse(text)
    return isObject(read) ? read : undefined
  } catch {
    return undefined
  }
}
