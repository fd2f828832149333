import { NativeSelect } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CodeEditor } from '../../components/code/CodeEditor'
import { sayFailed } from '../../lib/notify'
import { type JsonSchema, sampleOf } from '../../lib/sample'
import { templateQuery, type View } from './api'
import { partsQuery } from './parts'
import classes from './TemplatePage.module.css'
import { Uses } from './Uses'

/** An email to look at a layout with. */
export interface SampleEmail {
  subject: string
  mjml: string
  text: string
  locale: string
  data: Record<string, unknown>
}

const emailOf = (title: string, words: string): SampleEmail => ({
  subject: title,
  mjml: `<mj-section>\n  <mj-column>\n    <mj-text font-size="20px">${title}</mj-text>\n    <mj-text>${words}</mj-text>\n  </mj-column>\n</mj-section>\n`,
  text: '',
  locale: 'en',
  data: {},
})

export function useSampleEmail() {
  const { t } = useTranslation()
  return useState(() => emailOf(t('layouts.sample_title'), t('layouts.sample_words', { name: '{{ recipient.name }}' })))
}

/** The email of a live template in its default language; nothing where it is not written in MJML. */
function emailIn({ name, version }: View): SampleEmail | undefined {
  const locale = version?.default_locale ?? 'en'
  const source = version?.channels.email?.[locale]
  if (!version || !source?.mjml) return undefined
  const data = sampleOf(version.schema as JsonSchema | undefined) as Record<string, unknown>
  return { subject: source.subject || name, mjml: source.mjml, text: source.text ?? '', locale, data }
}

interface Props {
  layout: string
  email: SampleEmail
  onEmail: (email: SampleEmail) => void
}

/** Which email is shown in the layout, and which templates are set in it. */
export function SamplePane({ layout, email, onEmail }: Props) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const uses = useQuery(partsQuery('layouts')).data?.find(({ key }) => key === layout)?.used_by ?? []
  const [from, setFrom] = useState('')
  const [none, setNone] = useState(false)
  const choose = async (key: string) => {
    setFrom(key)
    setNone(false)
    if (key === '')
      return onEmail(emailOf(t('layouts.sample_title'), t('layouts.sample_words', { name: '{{ recipient.name }}' })))
    const view = await queries.fetchQuery(templateQuery(key)).catch((error: Error) => sayFailed(error, t))
    const found = view && emailIn(view)
    if (found) onEmail(found)
    else setNone(true)
  }
  return (
    <section className={`card ${classes.pane}`} aria-label={t('layouts.sample')}>
      <h2>{t('layouts.sample')}</h2>
      <NativeSelect
        size="xs"
        mt={8}
        label={t('layouts.sample_from')}
        description={none ? t('layouts.no_mjml') : undefined}
        value={from}
        data={[{ value: '', label: t('layouts.sample_plain') }, ...uses]}
        onChange={(event) => void choose(event.currentTarget.value)}
      />
      <div className={`${classes.gap} ${classes.code}`}>
        <CodeEditor
          label={t('layouts.sample')}
          language="liquid"
          value={email.mjml}
          minHeight="90px"
          onChange={(mjml) => onEmail({ ...email, mjml })}
        />
      </div>
      <Uses kind="layouts" of={layout} />
    </section>
  )
}
