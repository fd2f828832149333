import { useTranslation } from 'react-i18next'
import type { Schema } from '../../lib/api'
import { useIntegrationName } from '../../lib/integrations'
import { type TimelineEntry as Entry, sentenceOf } from '../../lib/sentences'
import { clockTime, fullTime, gap, useShownZone } from '../../lib/time'
import { isOneOf, skipReasons } from '../../lib/words'
import classes from './Timeline.module.css'
import { toneOf } from './tone'

/** The message's story, oldest first, one plain sentence each. */
export function Timeline({ message }: { message: Schema['MessageView'] }) {
  const { t } = useTranslation()
  const { timeline, skip_reason } = message
  return (
    <section className={`card ${classes.section}`} aria-labelledby="timeline">
      <h2 id="timeline">{t('message.timeline')}</h2>
      <ol className={classes.list}>
        {timeline.map((entry, place) => (
          <Moment
            // biome-ignore lint/suspicious/noArrayIndexKey: the story only grows at its end
            key={place}
            entry={withReason(entry, skip_reason)}
            before={timeline[place - 1]}
          />
        ))}
      </ol>
    </section>
  )
}

/** The reason is kept on the message; the sentence needs it. */
function withReason(entry: Entry, reason: string | null | undefined): Entry {
  if (entry.kind !== 'skipped' || !reason || !isOneOf(skipReasons, reason)) return entry
  const detail = entry.detail !== null && typeof entry.detail === 'object' ? entry.detail : {}
  return { ...entry, detail: { ...detail, reason } }
}

function Moment({ entry, before }: { entry: Entry; before: Entry | undefined }) {
  const { t, i18n } = useTranslation()
  useShownZone()
  const at = new Date(entry.at)
  const { text, remark } = sentenceOf(entry, t, { language: i18n.language, integrationName: useIntegrationName() })
  const after = before && at.getTime() > new Date(before.at).getTime() ? `+${gap(new Date(before.at), at)}` : ''
  return (
    <li className={classes.moment}>
      <span className={classes.dot} data-tone={toneOf(entry.kind)} aria-hidden />
      <div className={classes.words}>
        <div>{text}</div>
        {remark && <div className={classes.remark}>{remark}</div>}
      </div>
      <div className={classes.when}>
        <time dateTime={entry.at} title={fullTime(at, i18n.language)}>
          {clockTime(at, i18n.language)}
        </time>
        <span>{after}</span>
      </div>
    </li>
  )
}
