import { IconBolt } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { CardFaults } from './CardFaults'
import type { Draft, Fault } from './draft'
import classes from './Flow.module.css'
import { fieldsOf } from './schema'

interface Props {
  draft: Draft
  faults: Fault[]
  active: boolean
  onSelect: () => void
}

/** What starts the workflow: the type of event and what its data must look like. */
export function TriggerCard({ draft, faults, active, onSelect }: Props) {
  const { t } = useTranslation()
  const fields = fieldsOf(draft.event_schema)
  const own = faults.filter(({ path }) => path.startsWith('event_') || path === 'key' || path === 'steps')
  return (
    <article className={classes.card} data-active={active || undefined}>
      <button type="button" className={classes.open} aria-pressed={active} onClick={onSelect}>
        <span className={classes.title}>
          <IconBolt size={15} stroke={1.6} aria-hidden />
          {t('workflows.trigger')}
          <code>{draft.event_type}</code>
        </span>
        <span className={classes.detail}>
          {fields.length === 0
            ? t('workflows.any_data')
            : fields.map((field) => `${field.name}${field.required ? '*' : ''}`).join(', ')}
        </span>
        <CardFaults faults={own} />
      </button>
    </article>
  )
}
