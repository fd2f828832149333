import { Button } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { filtersInUse, type MessageFilter, messageFilterOf, searchOf } from '../../lib/message-filter'
import { useSearchWords } from '../../lib/use-search'
import { channels, isOneOf, priorities, type Status } from '../../lib/words'
import { ChoiceFilter } from './ChoiceFilter'
import { SearchFilter } from './SearchFilter'
import { TimeFilter } from './TimeFilter'
import { WordFilter, wordFilters } from './WordFilter'

/** All filters of a list of messages, kept in the address bar. */
export function MessageFilters({ statuses }: { statuses: readonly Status[] }) {
  const { t } = useTranslation()
  const [search, setSearch] = useSearchWords()
  const filter = messageFilterOf(search)
  const onChange = (next: MessageFilter) => setSearch(searchOf(next))
  const words = filtersInUse(filter).filter(
    (name) => isOneOf(wordFilters, name) || name === 'skip_reason' || name === 'held_for',
  )
  return (
    <>
      <SearchFilter placeholder={t('filter.search_placeholder')} />
      <ChoiceFilter
        name={t('filter.status')}
        choices={statuses}
        nameOf={(status) => t(`status.${status}`)}
        chosen={filter.status ?? []}
        onChange={(status) => onChange({ ...filter, status })}
      />
      <ChoiceFilter
        name={t('filter.channel')}
        choices={channels}
        nameOf={(channel) => t(`channel.${channel}`)}
        chosen={filter.channel ?? []}
        onChange={(channel) => onChange({ ...filter, channel })}
      />
      <ChoiceFilter
        name={t('filter.priority')}
        choices={priorities}
        nameOf={(priority) => t(`priority.${priority}`)}
        chosen={filter.priority ?? []}
        onChange={(priority) => onChange({ ...filter, priority })}
      />
      <TimeFilter
        from={filter.from}
        to={filter.to}
        onChange={(from, to) => {
          const { from: _, to: __, ...rest } = filter
          onChange({ ...rest, ...(from ? { from } : {}), ...(to ? { to } : {}) })
        }}
      />
      {words.map((name) => (
        <WordChip key={name} name={name} filter={filter} onChange={onChange} />
      ))}
      <WordFilter onAdd={(name, value) => onChange({ ...filter, [name]: value })} />
    </>
  )
}

interface ChipProps {
  name: keyof MessageFilter
  filter: MessageFilter
  onChange: (filter: MessageFilter) => void
}

/** A filter that was typed; pressing it takes it away. */
function WordChip({ name, filter, onChange }: ChipProps) {
  const { t } = useTranslation()
  const remove = () => {
    const rest = { ...filter }
    delete rest[name]
    onChange(rest)
  }
  const value =
    name === 'skip_reason' && filter.skip_reason
      ? t(`reason_short.${filter.skip_reason}`)
      : name === 'held_for' && filter.held_for
        ? t(`filter.held_${filter.held_for}`)
        : String(filter[name])
  return (
    <Button
      variant="light"
      maw={280}
      rightSection={<IconX size={12} aria-hidden />}
      onClick={remove}
      title={t('filter.remove', { name: t(`filter.${name}`) })}
    >
      {`${t(`filter.${name}`)}: ${value}`}
    </Button>
  )
}
