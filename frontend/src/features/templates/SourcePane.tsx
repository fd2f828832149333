import { useTranslation } from 'react-i18next'
import type { Schema } from '../../lib/api'
import { sectionName } from '../../lib/sections'
import { useSearchWords } from '../../lib/use-search'
import type { Channel } from '../../lib/words'
import type { Source } from './api'
import { ChannelTabs } from './ChannelTabs'
import { Fields } from './Fields'
import { Languages } from './Languages'
import classes from './TemplatePage.module.css'
import type { Draft } from './use-draft'

interface Props {
  draft: Draft
  channel: Channel
  locale: string
  faults: Schema['FieldError'][]
  onReady: (insert: (text: string) => void) => void
}

/** The words, channel by channel and language by language. */
export function SourcePane({ draft, channel, locale, faults, onReady }: Props) {
  const { t } = useTranslation()
  const [search, setSearch] = useSearchWords()
  const { input, change, readOnly } = draft
  const source = input.channels[channel]?.[locale]
  const put = (next: Source | undefined) => {
    const { [locale]: _, ...others } = input.channels[channel] ?? {}
    const sources = next ? { ...others, [locale]: next } : others
    const { [channel]: __, ...rest } = input.channels
    change({ ...input, channels: Object.keys(sources).length > 0 ? { ...rest, [channel]: sources } : rest })
  }
  const choose = (next: Channel) => setSearch({ ...search, channel: next }, { replace: true })
  const begin = (next: Channel) => {
    change({ ...input, channels: { ...input.channels, [next]: { [locale]: {} } } })
    choose(next)
  }
  const prefix = `channels.${channel}.${locale}.`
  const elsewhere = faults.filter(({ path }) => !path.startsWith(prefix))
  return (
    <section className={`card ${classes.pane}`} aria-label={t('templates.words')}>
      <ChannelTabs input={input} channel={channel} readOnly={readOnly} onChoose={choose} onBegin={begin} />
      <Languages
        input={input}
        channel={channel}
        locale={locale}
        onCopy={put}
        onRemove={() => put(undefined)}
        readOnly={readOnly}
      />
      {source && (
        <Fields
          key={`${channel} ${locale}`}
          input={input}
          channel={channel}
          locale={locale}
          source={source}
          faults={faults.filter(({ path }) => path.startsWith(prefix))}
          readOnly={readOnly}
          onChange={put}
          onReady={onReady}
        />
      )}
      {elsewhere.length > 0 && (
        <div className={classes.elsewhere} role="status">
          <h3>{t('templates.faults_elsewhere', { count: elsewhere.length })}</h3>
          <ul>
            {elsewhere.slice(0, 5).map(({ path, code, detail }) => (
              <li key={path + code + detail}>
                {sectionName(path, t)}: {detail}
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  )
}
