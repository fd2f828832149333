import { useSortable } from '@dnd-kit/sortable'
import { CSS } from '@dnd-kit/utilities'
import { ActionIcon } from '@mantine/core'
import {
  IconArrowDown,
  IconArrowsSplit,
  IconArrowUp,
  IconFilter,
  IconGripVertical,
  IconTrash,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { CardFaults } from './CardFaults'
import { countOf } from './conditions'
import type { DraftStep, Fault } from './draft'
import classes from './Flow.module.css'
import { stepKinds } from './kinds'
import { wordsOf } from './step-words'

interface Props {
  step: DraftStep
  place: number
  count: number
  faults: Fault[]
  doubts: Fault[]
  active: boolean
  readOnly: boolean
  onSelect: () => void
  onMove: (to: number) => void
  onRemove: () => void
}

/** One step: pressing it opens its panel; it is moved by its handle or its buttons. */
export function StepCard(props: Props) {
  const { step, place, count, faults, doubts, active, readOnly, onSelect, onMove, onRemove } = props
  const { t } = useTranslation()
  const { attributes, listeners, setNodeRef, transform, transition, isDragging } = useSortable({ id: step.uid })
  const { Card } = stepKinds[step.kind]
  const name = t('workflows.step_name', { place: place + 1, key: step.key })
  const conditions = countOf(step.if)
  return (
    <article
      ref={setNodeRef}
      className={classes.card}
      style={{ transform: CSS.Translate.toString(transform), ...(transition ? { transition } : {}) }}
      data-active={active || undefined}
      data-dragging={isDragging || undefined}
      data-within={step.within || undefined}
      aria-label={name}
    >
      {!readOnly && (
        <button
          type="button"
          className={classes.grip}
          {...attributes}
          {...listeners}
          aria-label={t('workflows.drag', { step: name })}
        >
          <IconGripVertical size={15} aria-hidden />
        </button>
      )}
      <button type="button" className={classes.open} aria-pressed={active} onClick={onSelect}>
        <span className={classes.title}>
          <Card step={step} />
          <code>{step.key}</code>
        </span>
        <span className={classes.detail}>
          {wordsOf(step, t)}
          {step.within && (
            <span className={classes.badge}>
              <IconArrowsSplit size={12} aria-hidden /> {step.within}
            </span>
          )}
          {conditions > 0 && (
            <span className={classes.badge}>
              <IconFilter size={12} aria-hidden /> {t('workflows.conditions', { count: conditions })}
            </span>
          )}
        </span>
        <CardFaults faults={faults} doubts={doubts} />
      </button>
      {!readOnly && (
        <span className={classes.tools}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={24}
            disabled={place === 0}
            aria-label={t('workflows.move_up', { step: name })}
            onClick={() => onMove(place - 1)}
          >
            <IconArrowUp size={14} aria-hidden />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={24}
            disabled={place === count - 1}
            aria-label={t('workflows.move_down', { step: name })}
            onClick={() => onMove(place + 1)}
          >
            <IconArrowDown size={14} aria-hidden />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={24}
            aria-label={t('workflows.remove', { step: name })}
            onClick={onRemove}
          >
            <IconTrash size={14} aria-hidden />
          </ActionIcon>
        </span>
      )}
    </article>
  )
}
