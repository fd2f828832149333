import { Button, NativeSelect, SegmentedControl, Switch } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ChoiceFilter } from '../../components/filters/ChoiceFilter'
import { TimeFilter } from '../../components/filters/TimeFilter'
import { FilterBar } from '../../components/list/FilterBar'
import { zones } from '../../lib/locales'
import { channels, priorities } from '../../lib/words'
import type { Report } from './api'
import { type FilterName, filterNames, spans, useAsk, useUsualZone } from './ask'
import { ValueFilter } from './ValueFilter'
import type { ReportWords } from './words'

/** One bar for the whole page: which time, in whose zone, compared or not, and of what. All of it is in the address bar. */
export function ReportBar({ menu, words }: { menu: Report[]; words: ReportWords }) {
  const { t } = useTranslation()
  const [ask, search, setSearch] = useAsk()
  const usual = useUsualZone()
  const set = (next: Record<string, string | undefined>) => {
    const changed = { ...search, ...next }
    setSearch(Object.fromEntries(Object.entries(changed).filter((pair): pair is [string, string] => Boolean(pair[1]))))
  }
  const chosen = (name: FilterName) => (ask.filters[name] ?? '').split(',').filter(Boolean)
  const typed = filterNames.filter((name) => name !== 'channel' && name !== 'priority')
  return (
    <FilterBar>
      <SegmentedControl
        size="xs"
        aria-label={t('filter.time')}
        value={ask.span ?? ''}
        onChange={(span) => set({ span: span === '7d' ? undefined : span, from: undefined, to: undefined })}
        data={Object.keys(spans).map((span) => ({
          value: span,
          label: t(`reports.span_${span as keyof typeof spans}`),
        }))}
      />
      <TimeFilter from={ask.from} to={ask.to} onChange={(from, to) => set({ span: undefined, from, to })} />
      <NativeSelect
        size="xs"
        w={170}
        aria-label={t('reports.zone')}
        value={ask.zone}
        data={[...new Set([usual, ask.zone, 'UTC', ...zones])]}
        onChange={(event) => set({ zone: event.currentTarget.value === usual ? undefined : event.currentTarget.value })}
      />
      <Switch
        size="xs"
        style={{ alignSelf: 'center' }}
        label={t('reports.compare')}
        checked={ask.compare}
        onChange={(event) => set({ compare: event.currentTarget.checked ? 'previous' : undefined })}
      />
      <ChoiceFilter
        name={t('filter.channel')}
        choices={channels}
        nameOf={(channel) => t(`channel.${channel}`)}
        chosen={channels.filter((channel) => chosen('channel').includes(channel))}
        onChange={(next) => set({ channel: next.join(',') })}
      />
      <ChoiceFilter
        name={t('filter.priority')}
        choices={priorities}
        nameOf={(priority) => t(`priority.${priority}`)}
        chosen={priorities.filter((priority) => chosen('priority').includes(priority))}
        onChange={(next) => set({ priority: next.join(',') })}
      />
      {typed
        .filter((name) => ask.filters[name])
        .map((name) => (
          <Button
            key={name}
            variant="light"
            maw={280}
            rightSection={<IconX size={12} aria-hidden />}
            title={t('filter.remove', { name: words.group(name) })}
            onClick={() => set({ [name]: undefined })}
          >
            {`${words.group(name)}: ${words.value(ask.filters[name] ?? '', name)}`}
          </Button>
        ))}
      <ValueFilter menu={menu} ask={ask} words={words} names={typed} onAdd={(name, value) => set({ [name]: value })} />
    </FilterBar>
  )
}
