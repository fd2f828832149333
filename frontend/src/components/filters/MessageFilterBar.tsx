import { Button } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { filtersInUse, type MessageFilter } from '../../lib/message-filter'
import { channels, isOneOf, priorities, type Status } from '../../lib/words'
import { ChoiceFilter } from './ChoiceFilter'
import classes from './MessageFilterBar.module.css'
import { SearchBox } from './SearchBox'
import { TimeFilter } from './TimeFilter'
import { WordFilter, wordFilters } from './WordFilter'

interface Props {
  filter: MessageFilter
  statuses: readonly Status[]
  onChange: (filter: MessageFilter) => void
}

/** All filters of a list of messages. The caller keeps them in the address bar. */
export function MessageFilterBar({ filter, statuses, onChange }: Props) {
  const { t } = useTranslation()
  const inUse = filtersInUse(filter)
  const words = inUse.filter((name) => isOneOf(wordFilters, name) || name === 'skip_reason')
  return (
    <section className={classes.bar} aria-label={t('filter.label')}>
      <SearchBox
        label={t('filter.q')}
        placeholder={t('filter.search_placeholder')}
        value={filter.q ?? ''}
        onSearch={(q) => onChange({ ...filter, q })}
      />
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
      {inUse.length > 0 && (
        <Button variant="subtle" color="gray" c="var(--text-dim)" onClick={() => onChange({})}>
          {t('act.clear_all')}
        </Button>
      )}
    </section>
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
    filter.skip_reason && name === 'skip_reason' ? t(`reason_short.${filter.skip_reason}`) : String(filter[name])
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
