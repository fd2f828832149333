import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../../lib/api'
import type { Channel } from '../../lib/words'
import { type Input, previewQuery, type View } from './api'
import type { Sample } from './Editor'
import { digestOf, speaksOfDigest } from './gathered'
import { PreviewFrame } from './PreviewFrame'
import { TestSend } from './TestSend'

interface Props {
  view: View
  input: Input
  channel: Channel
  locale: string
  sample: Sample
}

const now = new Date().toISOString()

/** What people see, rendered by the server a moment after the last key. */
export function PreviewPane({ view, input, channel, locale, sample }: Props) {
  const { t } = useTranslation()
  const { data, recipient } = sample
  const digest = speaksOfDigest(input.channels) ? { digest: digestOf(sample) } : {}
  const body: Schema['PreviewInput'] = { draft: input, channel, locale, data, recipient, ...digest }
  const written = Boolean(input.channels[channel])
  const query = useQuery({ ...previewQuery(view.key, body), enabled: written, placeholderData: (before) => before })
  const content = query.data?.channels[channel]
  return (
    <PreviewFrame
      email={channel === 'email'}
      error={query.error}
      waiting={written}
      content={written && content ? { ...content, channel, at: now } : undefined}
      action={<TestSend view={view} body={body} channel={channel} broken={query.isError} />}
    >
      {written ? (
        content && !query.error && <Remarks preview={query.data} channel={channel} locale={locale} />
      ) : (
        <p className="dim">{t('templates.no_words')}</p>
      )}
    </PreviewFrame>
  )
}

interface RemarkProps {
  preview: Schema['Preview'] | undefined
  channel: Channel
  locale: string
}

/** Which language was used, and what a text message costs. */
function Remarks({ preview, channel, locale }: RemarkProps) {
  const { t } = useTranslation()
  if (!preview) return null
  const { sms } = preview
  return (
    <>
      {preview.locale !== locale && <p className="dim">{t('templates.fell_back', { locale: preview.locale })}</p>}
      {channel === 'sms' && sms && (
        <p role="status">
          {t('templates.sms_parts', { count: sms.parts, characters: sms.characters, encoding: sms.encoding })}
        </p>
      )}
    </>
  )
}
