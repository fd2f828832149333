import { useQuery } from '@tanstack/react-query'
import { useMemo, useRef, useState } from 'react'
import { inWords } from '../../lib/faults'
import type { JsonSchema } from '../../lib/sample'
import { sampleOf } from '../../lib/sample'
import { useSearchWords } from '../../lib/use-search'
import { type Channel, channels, isOneOf } from '../../lib/words'
import { checkQuery, type View } from './api'
import { DataPane } from './DataPane'
import { PreviewPane } from './PreviewPane'
import { SourcePane } from './SourcePane'
import classes from './TemplatePage.module.css'
import { useDebounced } from './use-debounced'
import type { Draft } from './use-draft'

/** Who it is shown for. */
export interface Sample {
  data: Record<string, unknown>
  recipient: Record<string, unknown>
  /** What was gathered, once somebody has written it; three of the same until then. */
  digest?: Record<string, unknown>
}

const someone = { id: 'ada', name: 'Ada Lovelace', locale: 'en', timezone: 'Europe/London', data: {} }

/** Data on the left, words in the middle, what people see on the right. */
export function Editor({ view, draft }: { view: View; draft: Draft }) {
  const [search] = useSearchWords()
  const present = channels.filter((channel) => draft.input.channels[channel])
  const wanted = search.channel ?? ''
  const channel: Channel = isOneOf(channels, wanted) ? wanted : (present[0] ?? 'email')
  const locale = search.locale || draft.input.default_locale || 'en'
  const schema = draft.input.schema as JsonSchema | null
  const [sample, setSample] = useState<Sample>(() => ({
    data: sampleOf(schema) as Record<string, unknown>,
    recipient: someone,
  }))
  const insert = useRef<(text: string) => void>(undefined)
  const settled = useDebounced(draft.input, 300)
  const check = useQuery({ ...checkQuery(view.key, settled), placeholderData: (before) => before })
  const faults = useMemo(() => inWords(check.data?.faults ?? view.faults), [check.data, view.faults])
  return (
    <div className={classes.panes}>
      <DataPane
        view={view}
        draft={draft}
        sample={sample}
        onSample={setSample}
        onInsert={(text) => insert.current?.(text)}
      />
      <SourcePane
        draft={draft}
        channel={channel}
        locale={locale}
        faults={faults}
        onReady={(put) => {
          insert.current = put
        }}
      />
      <PreviewPane view={view} input={settled} channel={channel} locale={locale} sample={sample} />
    </div>
  )
}
