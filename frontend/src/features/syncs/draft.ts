import { blankRule, type RuleDraft, ruleDraftOf, ruleOf } from '../../components/rule/rule'
import type { Schema } from '../../lib/api'

export type Sync = Schema['Sync']
export type SyncInput = Schema['SyncInput']
export type Run = Schema['SyncRun']
export type Preview = Schema['SyncPreview']
export type SyncColumn = Schema['SyncColumn']

/** Why a run failed; codes that have a sentence of their own. */
export const whys = [
  'address_not_allowed',
  'unreachable',
  'tls',
  'credentials_refused',
  'query_refused',
  'too_slow',
  'too_many_gone',
  'interrupted',
  'secret_unreadable',
] as const

/** A sync as it is written: both kinds of source are there until one is chosen. */
export interface Draft {
  key: string
  name: string
  kind: Sync['kind']
  enabled: boolean
  ldap: Required<Pick<Schema['SyncLDAP'], 'host' | 'bind_dn' | 'base' | 'filter' | 'ca' | 'skip_disabled'>> & {
    port: number
    security: 'tls' | 'starttls' | 'none'
    scope: 'sub' | 'one'
    page_size: number
  }
  sql: { query: string; ca: string; timeout_seconds: number }
  columns: SyncColumn[]
  group: string
  memberships: { from: string; map: { value: string; group: string }[] }
  gone: { policy: 'keep' | 'mark' | 'leave'; attribute: string; most_percent: number }
  schedule: RuleDraft & { by: 'manual' | 'rule' }
  secret: string
}

const here = Intl.DateTimeFormat().resolvedOptions().timeZone

const empty: Draft = {
  key: '',
  name: '',
  kind: 'ldap',
  enabled: true,
  ldap: {
    host: '',
    port: 636,
    security: 'tls',
    bind_dn: '',
    base: '',
    filter: '(objectClass=person)',
    ca: '',
    skip_disabled: false,
    scope: 'sub',
    page_size: 500,
  },
  sql: { query: '', ca: '', timeout_seconds: 30 },
  columns: [],
  group: '',
  memberships: { from: '', map: [] },
  gone: { policy: 'keep', attribute: 'left', most_percent: 20 },
  schedule: { ...blankRule(here), kind: 'daily', times: ['03:30'], by: 'rule' },
  secret: '',
}

/** What a form is filled with: the sync that there is, or a new one. */
export function draftOf(sync?: Sync): Draft {
  if (!sync) return empty
  const { key, name, kind, enabled, columns, group } = sync
  return {
    ...{ key, name, kind, enabled, columns, group, secret: '' },
    ldap: { ...empty.ldap, ...sync.ldap },
    sql: { ...empty.sql, ...pick(sync.sql) },
    memberships: { ...empty.memberships, ...sync.memberships },
    gone: { ...empty.gone, ...given(sync.gone) },
    schedule: sync.schedule.rule
      ? { ...ruleDraftOf(sync.schedule.rule, sync.schedule.zone || here), by: 'rule' }
      : { ...empty.schedule, by: 'manual' },
  }
}

const pick = ({ query = '', ca = '', timeout_seconds = 30 }: Schema['SyncSQL'] = {}) => ({ query, ca, timeout_seconds })

/** Without what is empty, so that the form has something to begin with. */
const given = <T extends object>(of: T) =>
  Object.fromEntries(Object.entries(of).filter(([, value]) => value !== '' && value !== 0)) as T

/** When it runs, as it is sent. An interval is the same in every zone. */
export function scheduleOf({ by, ...draft }: Draft['schedule']): Schema['SyncSchedule'] {
  if (by === 'manual') return { rule: null }
  return { rule: ruleOf(draft), ...(draft.kind === 'every' ? {} : { zone: draft.zone }) }
}

/** What is sent of a draft: the source that was chosen, and the columns that fill something. */
export function inputOf({ ldap, sql, ...draft }: Draft): SyncInput {
  return {
    ...draft,
    ...(draft.kind === 'ldap' ? { ldap } : { sql }),
    columns: draft.columns.filter(({ to }) => to !== ''),
    memberships: { from: draft.memberships.from, map: draft.memberships.map },
    schedule: scheduleOf(draft.schedule),
  }
}

/** A row of the table of columns: what was found, and what it fills so far. */
export interface ColumnRow {
  from: string
  samples: string[]
  column: SyncColumn
}

/** The columns that are there, those that were mapped first. */
export function columnRows(columns: SyncColumn[], preview: Preview | undefined): ColumnRow[] {
  const samples = new Map(preview?.headings.map((each) => [each.name.toLowerCase(), each.samples]))
  const mapped = new Set(columns.map(({ from }) => from.toLowerCase()))
  return [
    ...columns.map((column) => ({ from: column.from, samples: samples.get(column.from.toLowerCase()) ?? [], column })),
    ...(preview?.headings ?? [])
      .filter(({ name }) => !mapped.has(name.toLowerCase()))
      .map(({ name, samples: such }) => ({ from: name, samples: such, column: { from: name, to: '' } })),
  ]
}

/** The columns that probably fill a field of a recipient; attributes are for a person to choose. */
export const guesses = (preview: Preview): SyncColumn[] =>
  preview.headings
    .filter(({ guess }) => guess.to !== '' && !guess.to.startsWith('data.'))
    .map(({ name, guess }) => ({ from: name, to: guess.to }))
