import { SegmentedControl } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ContentView } from '../../components/content/ContentView'
import type { Rendered } from '../../components/content/rendered'
import { LoadingRows } from '../../components/States'
import { ApiError } from '../../lib/api'
import { inWords } from '../../lib/faults'
import { sectionName } from '../../lib/sections'
import { errorSentence } from '../../lib/sentences'
import classes from './TemplatePage.module.css'

interface Props {
  /** An email has a width of its own. */
  email: boolean
  content: Rendered | undefined
  error: Error | null
  /** Whether content is on its way while there is none. */
  waiting: boolean
  action?: ReactNode
  /** What is to be said above it. */
  children?: ReactNode
}

/** A message as people see it, on a wide or narrow screen, in the light or the dark. */
export function PreviewFrame({ email, content, error, waiting, action, children }: Props) {
  const { t } = useTranslation()
  const [width, setWidth] = useState<'desktop' | 'phone'>('desktop')
  const [dark, setDark] = useState<'light' | 'dark'>('light')
  return (
    <section className={`card ${classes.pane}`} aria-label={t('templates.preview')}>
      <div className={classes.previewHead}>
        <h2>{t('templates.preview')}</h2>
        {action}
      </div>
      <div className={classes.controls}>
        {email && (
          <SegmentedControl
            size="xs"
            aria-label={t('templates.width')}
            value={width}
            onChange={setWidth}
            data={(['desktop', 'phone'] as const).map((value) => ({ value, label: t(`templates.${value}`) }))}
          />
        )}
        <SegmentedControl
          size="xs"
          aria-label={t('templates.scheme')}
          value={dark}
          onChange={setDark}
          data={(['light', 'dark'] as const).map((value) => ({ value, label: t(`app.theme_${value}`) }))}
        />
      </div>
      {children}
      {error && <Fault error={error} />}
      {waiting && !error && !content && <LoadingRows rows={6} />}
      {content && !error && (
        <div className={classes.stage} data-width={width} data-mantine-color-scheme={dark} data-scheme={dark}>
          <ContentView content={content} />
        </div>
      )}
    </section>
  )
}

function Fault({ error }: { error: Error }) {
  const { t } = useTranslation()
  const faults = error instanceof ApiError ? inWords(error.fields) : []
  return (
    <div role="status" className={classes.fault}>
      {faults.length === 0 && errorSentence(error, t)}
      {faults.map(({ path, detail }) => (
        <p key={path + detail}>
          {sectionName(path, t)}: {detail}
        </p>
      ))}
    </div>
  )
}
