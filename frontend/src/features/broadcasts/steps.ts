import type { TFunction } from 'i18next'
import type { Import } from '../../lib/imports'
import { type Draft, dataOf } from './plan'

/** The steps of composing, in their order. */
export const steps = ['audience', 'content', 'delivery', 'check', 'submit'] as const
export type Step = (typeof steps)[number]

/** The field that a path of the API is written in: on which step it is, and its id on the page. */
const places: [path: string, step: Step, field: string][] = [
  ['name', 'audience', 'broadcast-name'],
  ['audience.file', 'audience', 'broadcast-file'],
  ['audience', 'audience', 'broadcast-audience'],
  ['template', 'content', 'broadcast-template'],
  ['workflow', 'content', 'broadcast-workflow'],
  ['content', 'content', 'broadcast-content'],
  ['data', 'content', 'broadcast-data'],
  ['channels', 'delivery', 'broadcast-channels'],
  ['category', 'delivery', 'broadcast-category'],
  ['priority', 'delivery', 'broadcast-priority'],
  ['send_at', 'delivery', 'broadcast-send-at'],
  ['per_second', 'delivery', 'broadcast-per-second'],
  ['window.from', 'delivery', 'broadcast-window-from'],
  ['window.to', 'delivery', 'broadcast-window-to'],
  ['window.timezone', 'delivery', 'broadcast-window-zone'],
  ['window', 'delivery', 'broadcast-window'],
]

/** The paths that the steps have a place for. */
export const shownPaths = places.map(([path]) => path)

export interface Place {
  step: Step
  field: string
}

/** Where something that was said of a path can be mended. */
export function placeOf(path: string): Place | undefined {
  const found =
    places.find(([each]) => each === path) ??
    places.find(([each]) => path.startsWith(`${each}.`) || path.startsWith(`${each}[`))
  return found && { step: found[1], field: found[2] }
}

/** Something that is still to be said, and where. */
export interface Lack extends Place {
  text: string
}

/** The field that holds what the broadcast says. */
const wordsField = { template: 'broadcast-template', content: 'broadcast-content', workflow: 'broadcast-workflow' }

/** What a broadcast must still say before it can be submitted, as far as the page can see. */
export function lacksOf(draft: Draft, file: Import | undefined, t: TFunction): Lack[] {
  const list: Lack[] = []
  const lack = (when: boolean, step: Step, field: string, text: string) => {
    if (when) list.push({ step, field, text })
  }
  const named = draft.segments.length + draft.groups.length > 0 || /[^\s,]/.test(draft.recipients)
  lack(draft.name.trim() === '', 'audience', 'broadcast-name', t('broadcasts.lacks_name'))
  lack(!draft.everybody && !named && !draft.file, 'audience', 'broadcast-audience', t('broadcasts.lacks_audience'))
  lack(
    file !== undefined && file.state !== 'done',
    'audience',
    'broadcast-file',
    t('broadcasts.lacks_file', { name: file?.name }),
  )
  const says = { template: draft.template, content: draft.subject || draft.body, workflow: draft.workflow }
  lack(!says[draft.kind], 'content', wordsField[draft.kind], t(`broadcasts.lacks_${draft.kind}`))
  lack(
    draft.kind !== 'content' && dataOf(draft.data) === null,
    'content',
    'broadcast-data',
    t('broadcasts.data_faulty'),
  )
  if (draft.kind !== 'workflow') {
    lack(draft.channels.length === 0, 'delivery', 'broadcast-channels', t('broadcasts.lacks_channels'))
    lack(draft.category === '', 'delivery', 'broadcast-category', t('broadcasts.lacks_category'))
  }
  return list
}
