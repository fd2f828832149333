import type { TFunction } from 'i18next'
import type { Schema } from '../../lib/api'
import type { Broadcast } from './api'
import { priced } from './Reach'

/** Something that was frozen, or would be: how it reads, line by line. */
interface Side {
  name: string
  plan: Schema['BroadcastPlan']
  frozen?: Pick<Schema['BroadcastFrozen'], 'pins' | 'people' | 'digest' | 'estimate'> | null
}

export interface Difference {
  name: string
  was: string
  is: string
}

const audienceText = ({ audience }: Side['plan'], t: TFunction) =>
  [
    ...(audience?.everybody ? [t('broadcasts.everybody')] : []),
    ...(audience?.segments ?? []),
    ...(audience?.groups ?? []),
    ...(audience?.recipients ?? []),
    ...(audience?.file ? [audience.file] : []),
  ].join(', ')

const contentText = ({ content }: Side['plan']) => {
  const { title, subject, body, text, url } = content ?? {}
  return [title ?? subject, body ?? text, url].filter(Boolean).join('\n')
}

/** What an approver decides on, each line with its name. */
function linesOf({ name, plan, frozen }: Side, t: TFunction): [string, string][] {
  const { window } = plan
  return [
    [t('broadcasts.name'), name],
    [t('broadcasts.audience'), audienceText(plan, t)],
    [t('broadcasts.people'), frozen ? frozen.people.toLocaleString() : ''],
    [t('broadcasts.template'), plan.template ?? ''],
    [t('broadcasts.workflow'), plan.workflow ?? ''],
    [t('broadcasts.content'), contentText(plan)],
    [t('broadcasts.data'), plan.data ? JSON.stringify(plan.data) : ''],
    [t('broadcasts.versions'), (frozen?.pins ?? []).map(({ key, version }) => `${key} v${version}`).join(', ')],
    [t('broadcasts.channels'), (plan.channels ?? []).map((channel) => t(`channel.${channel}`)).join(', ')],
    [t('broadcasts.category'), plan.category ?? ''],
    [t('broadcasts.priority'), plan.priority ? t(`priority.${plan.priority}`) : ''],
    [t('broadcasts.send_at'), plan.send_at ? new Date(plan.send_at).toLocaleString() : t('broadcasts.at_once')],
    [t('broadcasts.per_second'), plan.per_second ? plan.per_second.toLocaleString() : t('broadcasts.unlimited')],
    [t('broadcasts.window'), window ? `${window.from}–${window.to} ${window.timezone ?? ''}` : ''],
    [t('broadcasts.cost'), frozen ? priced(frozen.estimate.cost_micros) : ''],
  ]
}

/** What is different from what was frozen before. What is not frozen yet has no people, versions and cost to compare. */
export function changesOf(of: Broadcast, t: TFunction): Difference[] {
  const { before, frozen } = of
  if (!before) return []
  const now = linesOf({ name: of.name, plan: of, frozen }, t)
  const unknown = frozen ? [] : [t('broadcasts.people'), t('broadcasts.versions'), t('broadcasts.cost')]
  const list = linesOf({ name: before.name, plan: before.plan, frozen: before }, t)
    .map(([name, was], at) => ({ name, was, is: now[at]?.[1] ?? '' }))
    .filter(({ name, was, is }) => was !== is && !unknown.includes(name))
  if (frozen && frozen.digest !== before.digest && frozen.people === before.people) {
    list.push({ name: t('broadcasts.people'), was: t('broadcasts.others_were'), is: t('broadcasts.others_are') })
  }
  return list
}
