import {
  type Announcements,
  closestCenter,
  DndContext,
  type DragEndEvent,
  KeyboardSensor,
  type Over,
  PointerSensor,
  useSensor,
  useSensors,
} from '@dnd-kit/core'
import { SortableContext, sortableKeyboardCoordinates, verticalListSortingStrategy } from '@dnd-kit/sortable'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { AddStep } from './AddStep'
import { addStep, type Fault, faultsBelow, moveStep, removeStep } from './draft'
import classes from './Flow.module.css'
import { StepCard } from './StepCard'
import { TriggerCard } from './TriggerCard'
import type { Editing } from './use-editing'

interface Props {
  editing: Editing
  faults: Fault[]
  doubts: Fault[]
}

/** The workflow from top to bottom: what starts it, then step by step. */
export function Flow({ editing, faults, doubts }: Props) {
  const { t } = useTranslation()
  const { draft, change, selected, select, readOnly } = editing
  const { steps } = draft
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  )
  const drop = ({ active, over }: DragEndEvent) => {
    if (over) change((d) => moveStep(d, String(active.id), indexOf(String(over.id))))
  }
  const indexOf = (uid: string) => steps.findIndex((step) => step.uid === uid)
  const insert = (at: number) => (
    <AddStep
      at={at}
      disabled={readOnly}
      onAdd={(make) => {
        const added = addStep(draft, at, make({ key: draft.event_type, above: steps.slice(0, at) }))
        change(() => added.draft)
        select(added.uid)
      }}
    />
  )
  return (
    <section className={classes.flow} aria-label={t('workflows.flow')}>
      <TriggerCard draft={draft} faults={faults} active={selected === 'trigger'} onSelect={() => select('trigger')} />
      <DndContext sensors={sensors} collisionDetection={closestCenter} onDragEnd={drop} accessibility={announced(t)}>
        <SortableContext items={steps.map((step) => step.uid)} strategy={verticalListSortingStrategy}>
          <ol className={classes.steps}>
            {steps.map((step, place) => (
              <li key={step.uid} className={classes.place}>
                {insert(place)}
                <StepCard
                  step={step}
                  place={place}
                  count={steps.length}
                  faults={faultsBelow(faults, `steps[${place}]`)}
                  doubts={faultsBelow(doubts, `steps[${place}]`)}
                  active={selected === step.uid}
                  readOnly={readOnly}
                  onSelect={() => select(step.uid)}
                  onMove={(to) => change((d) => moveStep(d, step.uid, to))}
                  onRemove={() => {
                    change((d) => removeStep(d, step.uid))
                    select('trigger')
                  }}
                />
              </li>
            ))}
          </ol>
        </SortableContext>
      </DndContext>
      {insert(steps.length)}
      <p className={classes.end}>{t('workflows.end')}</p>
    </section>
  )
}

/** What a screen reader hears while a step is carried. */
function announced(t: TFunction) {
  const place = (over: Over | null) => Number(over?.data.current?.sortable?.index ?? 0) + 1
  const announcements: Announcements = {
    onDragStart: () => t('workflows.drag_start'),
    onDragOver: ({ over }) => t('workflows.drag_over', { place: place(over) }),
    onDragEnd: ({ over }) => t('workflows.drag_end', { place: place(over) }),
    onDragCancel: () => t('workflows.drag_cancel'),
  }
  return { screenReaderInstructions: { draggable: t('workflows.drag_hint') }, announcements }
}
