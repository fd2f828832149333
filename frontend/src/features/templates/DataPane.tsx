import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { JsonSchema } from '../../lib/sample'
import type { View } from './api'
import { DataJson } from './DataJson'
import { DataSource } from './DataSource'
import type { Sample } from './Editor'
import { digestOf, digestWords, speaksOfDigest } from './gathered'
import { Settings } from './Settings'
import classes from './TemplatePage.module.css'
import type { Draft } from './use-draft'
import { houseVariables, variablesOf } from './variables'

interface Props {
  view: View
  draft: Draft
  sample: Sample
  onSample: (sample: Sample) => void
  onInsert: (text: string) => void
}

/** Whose message is shown, with which data, and what can be named in it. */
export function DataPane({ view, draft, sample, onSample, onInsert }: Props) {
  const { t } = useTranslation()
  const schema = draft.input.schema as JsonSchema | null
  const variables = variablesOf(schema)
  const gathers = speaksOfDigest(draft.input.channels)
  return (
    <section className={`card ${classes.pane}`} aria-label={t('templates.data')}>
      <h2>{t('templates.data')}</h2>
      <DataSource view={view} schema={schema} sample={sample} onSample={onSample} />
      <DataJson label={t('templates.data')} value={sample.data} onChange={(data) => onSample({ ...sample, data })} />
      {gathers && (
        <>
          <h3 className={classes.gap}>{t('templates.gathered')}</h3>
          <p className="dim">{t('templates.gathered_hint')}</p>
          <DataJson
            label={t('templates.gathered')}
            value={digestOf(sample)}
            onChange={(digest) => onSample({ ...sample, digest })}
          />
        </>
      )}
      <h3 className={classes.gap}>{t('templates.variables')}</h3>
      {!draft.readOnly && <p className="dim">{t('templates.variables_hint')}</p>}
      <div className={classes.variables}>
        {variables.map(({ label, detail, required, info }) => (
          <Button
            key={label}
            variant="default"
            size="compact-xs"
            title={[detail, info].filter(Boolean).join(' · ')}
            disabled={draft.readOnly}
            onClick={() => onInsert(required ? `{{ ${label} }}` : `{{ ${label} | default: "" }}`)}
          >
            {required ? label : `${label}?`}
          </Button>
        ))}
        {digestWords(variables[0]?.label).map(({ label, text }) => (
          <Button
            key={label}
            variant="subtle"
            size="compact-xs"
            disabled={draft.readOnly}
            title={t('templates.digest_hint')}
            onClick={() => onInsert(text)}
          >
            {label}
          </Button>
        ))}
        {houseVariables.map((label) => (
          <Button
            key={label}
            variant="subtle"
            size="compact-xs"
            disabled={draft.readOnly}
            onClick={() => onInsert(`{{ ${label} }}`)}
          >
            {label}
          </Button>
        ))}
      </div>
      <Settings draft={draft} />
    </section>
  )
}
