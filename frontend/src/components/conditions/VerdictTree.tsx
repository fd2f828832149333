import { IconCheck, IconX } from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../../lib/api'
import classes from './VerdictTree.module.css'

type Verdict = Schema['RuleVerdict']
type Rule = Schema['Rule']

/** A rule of a segment with what each of its conditions came to for one person. */
export function VerdictTree({ verdict }: { verdict: Verdict }) {
  return (
    <ul className={classes.tree}>
      <Branch verdict={verdict} />
    </ul>
  )
}

function Branch({ verdict }: { verdict: Verdict }) {
  const { t } = useTranslation()
  const { holds, condition, all, any, not } = verdict
  const Mark = holds ? IconCheck : IconX
  const parts = all ?? any ?? (not ? [not] : [])
  const words = condition
    ? conditionSentence(condition, t)
    : t(all ? 'conditions.all_of' : any ? 'conditions.any_of' : 'conditions.not')
  return (
    <li>
      <span className={classes.line} data-holds={holds || undefined}>
        <Mark size={14} aria-hidden />
        <span className="unseen">{t(holds ? 'conditions.holds' : 'conditions.fails')}</span>
        <span>{words}</span>
      </span>
      {parts.length > 0 && (
        <ul className={classes.tree}>
          {parts.map((part, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no name but their place
            <Branch key={place} verdict={part} />
          ))}
        </ul>
      )}
    </li>
  )
}

/** A condition in words: what is looked at, how, with what, and what it is narrowed to. */
function conditionSentence(rule: Rule, t: TFunction): string {
  const field = rule.field ?? ''
  const name = field.startsWith('data.') ? field : t(`segments.field_${field as 'id'}`)
  const value = rule.value === undefined ? '' : Array.isArray(rule.value) ? rule.value.join(', ') : String(rule.value)
  const more = [
    rule.channel && t(`channel.${rule.channel}`),
    rule.category,
    rule.workflow,
    rule.days && `${t('segments.within')} ${rule.days} ${t('segments.days')}`,
    rule.times && `${t('segments.at_least')} ${rule.times} ${t('segments.times')}`,
  ]
  return [name, t(`segments.op_${rule.op ?? 'eq'}`), value, ...more].filter(Boolean).join(' · ')
}
