import { ActionIcon, Button, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type Fault, faultAt } from './draft'
import classes from './Panels.module.css'
import styles from './Steps.module.css'
import type { CancelOn } from './step-parts'

interface Props {
  list: CancelOn[]
  faults: Fault[]
  disabled: boolean
  onChange: (list: CancelOn[]) => void
}

/** The events that end what of a workflow is still to come. */
export function CancelOnList({ list, faults, disabled, onChange }: Props) {
  const { t } = useTranslation()
  const set = (place: number, rule: CancelOn) => onChange(list.map((each, at) => (at === place ? rule : each)))
  return (
    <>
      <h3>{t('workflows.cancel_on')}</h3>
      <p className={classes.dim}>{t('workflows.cancel_on_hint')}</p>
      {list.map((rule, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a rule has no name but its place
        <div key={place} className={styles.row}>
          <div className={styles.pair}>
            <TextInput
              size="xs"
              label={t('workflows.event_type')}
              value={rule.event_type}
              error={faultAt(faults, `cancel_on[${place}].event_type`)}
              disabled={disabled}
              onChange={(event) => set(place, { ...rule, event_type: event.currentTarget.value })}
            />
            <TextInput
              size="xs"
              label={t('workflows.cancel_match')}
              placeholder="data.order_id"
              value={rule.match ?? ''}
              error={faultAt(faults, `cancel_on[${place}].match`)}
              disabled={disabled}
              onChange={(event) => set(place, { ...rule, match: event.currentTarget.value })}
            />
          </div>
          {!disabled && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size={28}
              aria-label={t('workflows.remove', { step: rule.event_type })}
              onClick={() => onChange(list.filter((_, at) => at !== place))}
            >
              <IconTrash size={14} aria-hidden />
            </ActionIcon>
          )}
        </div>
      ))}
      {!disabled && (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={13} aria-hidden />}
          onClick={() => onChange([...list, { event_type: '' }])}
        >
          {t('workflows.add_cancel_on')}
        </Button>
      )}
    </>
  )
}
