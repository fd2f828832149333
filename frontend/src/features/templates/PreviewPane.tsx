import { Button } from '@mantine/core'
import { IconSend } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../../lib/api'
import { doors } from '../../lib/doors'
import { sayFailed } from '../../lib/notify'
import { usePermission } from '../../lib/session'
import type { Channel } from '../../lib/words'
import { type Input, previewQuery, useTestSend, type View } from './api'
import type { Sample } from './Editor'
import { PreviewFrame } from './PreviewFrame'
import classes from './TemplatePage.module.css'

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
  const body: Schema['PreviewInput'] = { draft: input, channel, locale, data: sample.data, recipient: sample.recipient }
  const written = Boolean(input.channels[channel])
  const query = useQuery({ ...previewQuery(view.key, body), enabled: written, placeholderData: (before) => before })
  const content = query.data?.channels[channel]
  return (
    <PreviewFrame
      email={channel === 'email'}
      error={query.error}
      waiting={written}
      content={written && content ? { ...content, channel, at: now } : undefined}
      action={<TestSend view={view} body={body} disabled={!written || query.isError} />}
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

function TestSend({ view, body, disabled }: { view: View; body: Schema['PreviewInput']; disabled: boolean }) {
  const { t } = useTranslation()
  const send = useTestSend(view.key)
  const id = send.data?.notification_ids[0]
  if (!usePermission('content:write')) return null
  return (
    <span className={classes.test}>
      {id && send.isSuccess && (
        <Link {...(doors.messages({ q: id }) as { to: string })} role="status">
          {t('templates.test_sent')}
        </Link>
      )}
      <Button
        variant="default"
        size="compact-xs"
        disabled={disabled}
        loading={send.isPending}
        leftSection={<IconSend size={12} aria-hidden />}
        onClick={() => send.mutate(body, { onError: (error) => sayFailed(error, t) })}
      >
        {t('templates.test')}
      </Button>
    </span>
  )
}
