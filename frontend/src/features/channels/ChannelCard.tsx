import {
  closestCenter,
  DndContext,
  type DragEndEvent,
  KeyboardSensor,
  PointerSensor,
  useSensor,
  useSensors,
} from '@dnd-kit/core'
import { SortableContext, sortableKeyboardCoordinates, verticalListSortingStrategy } from '@dnd-kit/sortable'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { ChannelLabel } from '../../components/ChannelLabel'
import { usePermission } from '../../lib/session'
import type { Channel } from '../../lib/words'
import { AccountLine } from './AccountLine'
import { type Integration, useArrange, useHealth } from './api'
import { type Line, linesOf, moved, shareOf } from './arrangement'
import classes from './Channels.module.css'

interface Props {
  channel: Channel
  accounts: Integration[]
}

/** One channel: its accounts, first choice first. Dragging, by hand or by keys, changes the order. */
export function ChannelCard({ channel, accounts }: Props) {
  const { t } = useTranslation()
  const mayAct = usePermission('admin')
  const health = useHealth().data
  const arrange = useArrange(channel)
  const lines = linesOf(accounts)
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  )
  const drop = ({ active, over }: DragEndEvent) => {
    const place = (id: unknown) => lines.findIndex(({ account }) => account.id === id)
    if (over && active.id !== over.id) arrange.mutate(moved(lines, place(active.id), place(over.id)))
  }
  const change = (at: number, next: Partial<Integration>, shared?: boolean) =>
    arrange.mutate(lines.map((line, place) => (place === at ? merged(line, next, shared) : line)))
  const announce = announcements(lines, t)
  return (
    <section className={`card ${classes.channel}`} aria-label={t(`channel.${channel}`)}>
      <h2 className={classes.head}>
        <ChannelLabel channel={channel} />
      </h2>
      <DndContext
        sensors={sensors}
        collisionDetection={closestCenter}
        onDragEnd={drop}
        accessibility={{
          announcements: announce,
          screenReaderInstructions: { draggable: t('channels.drag_instructions') },
        }}
      >
        <SortableContext items={lines.map(({ account }) => account.id)} strategy={verticalListSortingStrategy}>
          <ol className={classes.lines}>
            {lines.map((line, at) => (
              <AccountLine
                key={line.account.id}
                line={line}
                first={at === 0}
                share={shareOf(lines, at)}
                sharing={line.shared || (lines[at + 1]?.shared ?? false)}
                movable={mayAct && lines.length > 1}
                pulse={health?.pulses.find(({ integration }) => integration === line.account.id)}
                onChange={(next, shared) => change(at, next, shared)}
              />
            ))}
          </ol>
        </SortableContext>
      </DndContext>
    </section>
  )
}

function merged(line: Line, next: Partial<Integration>, shared?: boolean): Line {
  return { account: { ...line.account, ...next }, shared: shared ?? line.shared }
}

function announcements(lines: Line[], t: TFunction) {
  const nameOf = (id: unknown) => lines.find(({ account }) => account.id === id)?.account.name ?? ''
  const placeOf = (id: unknown) => lines.findIndex(({ account }) => account.id === id) + 1
  return {
    onDragStart: ({ active }: { active: { id: unknown } }) => t('channels.drag_start', { name: nameOf(active.id) }),
    onDragOver: ({ active, over }: { active: { id: unknown }; over: { id: unknown } | null }) =>
      over ? t('channels.drag_over', { name: nameOf(active.id), place: placeOf(over.id) }) : undefined,
    onDragEnd: ({ active, over }: { active: { id: unknown }; over: { id: unknown } | null }) =>
      over ? t('channels.drag_end', { name: nameOf(active.id), place: placeOf(over.id) }) : undefined,
    onDragCancel: ({ active }: { active: { id: unknown } }) => t('channels.drag_cancel', { name: nameOf(active.id) }),
  }
}
