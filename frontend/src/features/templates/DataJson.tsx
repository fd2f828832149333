import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CodeEditor } from '../../components/code/CodeEditor'
import type { Sample } from './Editor'
import classes from './TemplatePage.module.css'

/** The data as JSON; what cannot be read is said and not used. */
export function DataJson({ sample, onSample }: { sample: Sample; onSample: (sample: Sample) => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState<string>()
  const [wrong, setWrong] = useState(false)
  const shown = wrong && text !== undefined ? text : JSON.stringify(sample.data, null, 2)
  return (
    <div className={`${classes.gap} ${classes.code}`}>
      <CodeEditor
        label={t('templates.data')}
        language="json"
        value={shown}
        minHeight="90px"
        maxHeight="220px"
        onChange={(next) => {
          setText(next)
          const data = objectOf(next)
          setWrong(data === undefined)
          if (data) onSample({ ...sample, data })
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
