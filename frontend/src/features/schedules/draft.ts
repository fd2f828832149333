import { blankRule, type RuleDraft, ruleDraftOf, ruleOf } from '../../components/rule/rule'
import { localInput, momentOf } from '../../lib/time'
import type { Input, Schedule } from './api'
import { type Aim, aimOf, targetOf } from './target'

export const policies = ['skip', 'once', 'catch_up'] as const

/** A schedule while it is being written. */
export interface Draft extends RuleDraft {
  name: string
  starts_at: string
  ends_at: string
  max_fires: number
  except: string[]
  missed: (typeof policies)[number]
  aim: Aim
}

/** A schedule that is not there yet. */
export const blank = (zone: string): Draft => ({
  ...blankRule(zone),
  name: '',
  starts_at: '',
  ends_at: '',
  max_fires: 0,
  except: [],
  missed: 'skip',
  aim: aimOf({ kind: 'event' }),
})

export const draftOf = (schedule: Schedule): Draft => ({
  ...ruleDraftOf(schedule.rule, schedule.zone),
  name: schedule.name,
  starts_at: schedule.starts_at ? localInput(new Date(schedule.starts_at)) : '',
  ends_at: schedule.ends_at ? localInput(new Date(schedule.ends_at)) : '',
  max_fires: schedule.max_fires ?? 0,
  except: schedule.except ?? [],
  missed: schedule.missed,
  aim: aimOf(schedule.target),
})

/** When it happens, as the preview takes it. */
export function timesOf(draft: Draft) {
  const moment = (field: string) => momentOf(field)?.toISOString()
  const [starts_at, ends_at] = [moment(draft.starts_at), moment(draft.ends_at)]
  return {
    rule: ruleOf(draft),
    // An interval is the same for everybody.
    zone: draft.kind === 'every' && draft.zone === 'recipient' ? 'UTC' : draft.zone,
    ...(starts_at ? { starts_at } : {}),
    ...(ends_at ? { ends_at } : {}),
    ...(draft.max_fires > 0 ? { max_fires: draft.max_fires } : {}),
    ...(draft.except.length > 0 ? { except: draft.except } : {}),
  }
}

export function inputOf(draft: Draft): Input {
  return { name: draft.name.trim(), ...timesOf(draft), missed: draft.missed, target: targetOf(draft.aim) }
}
