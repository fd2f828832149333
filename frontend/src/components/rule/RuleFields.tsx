import { NativeSelect, NumberInput, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { isOneOf } from '../../lib/words'
import { DayFields } from './DayFields'
import classes from './Rule.module.css'
import { kinds, type RulePart, units } from './rule'
import { TimesField } from './TimesField'

/** When something happens: plain for people, with cron and RRULE for those who know them. What is below is whose clocks count. */
export function RuleFields({ children, ...part }: RulePart & { children?: ReactNode }) {
  const { t } = useTranslation()
  const { draft, change, fault, disabled } = part
  const plain = kinds.filter((kind) => kind !== 'cron' && kind !== 'rrule')
  const named = (list: readonly (typeof kinds)[number][]) =>
    list.map((value) => ({ value, label: t(`schedules.kind_${value}`) }))
  return (
    <>
      <NativeSelect
        label={t('schedules.kind')}
        value={draft.kind}
        disabled={disabled}
        data={[...named(plain), { group: t('schedules.experts'), items: named(['cron', 'rrule']) }]}
        onChange={({ currentTarget: { value } }) => isOneOf(kinds, value) && change({ kind: value })}
      />
      <KindFields {...part} />
      {children}
      {fault('rule') && <p className={classes.bad}>{fault('rule')}</p>}
    </>
  )
}

function KindFields(part: RulePart) {
  const { t } = useTranslation()
  const { draft, change, fault, disabled } = part
  switch (draft.kind) {
    case 'once':
      return (
        <TextInput
          type="datetime-local"
          step={1}
          required
          label={t('schedules.at')}
          value={draft.at}
          error={fault('rule.at')}
          disabled={disabled}
          onChange={(event) => change({ at: event.currentTarget.value })}
        />
      )
    case 'every':
      return <EveryFields {...part} />
    case 'cron':
    case 'rrule': {
      const { kind } = draft
      return (
        <TextInput
          label={t(`schedules.kind_${kind}`)}
          description={kind === 'cron' ? t('schedules.cron_hint') : t('schedules.rrule_hint')}
          value={draft[kind]}
          error={fault(`rule.${kind}`)}
          disabled={disabled}
          spellCheck={false}
          classNames={{ input: classes.code }}
          onChange={(event) => change({ [kind]: event.currentTarget.value })}
        />
      )
    }
    default:
      return (
        <>
          <DayFields {...part} />
          <TimesField {...part} />
        </>
      )
  }
}

function EveryFields({ draft, change, fault, disabled }: RulePart) {
  const { t } = useTranslation()
  return (
    <div className={classes.two}>
      <NumberInput
        label={t('schedules.every')}
        min={1}
        allowDecimal={false}
        value={draft.n}
        error={fault('rule.every')}
        disabled={disabled}
        onChange={(n) => change({ n: Number(n) || 0 })}
      />
      <NativeSelect
        label={t('schedules.unit')}
        value={draft.unit}
        disabled={disabled}
        data={units.map((value) => ({ value, label: t(`schedules.unit_${value}`) }))}
        onChange={({ currentTarget: { value } }) => isOneOf(units, value) && change({ unit: value })}
      />
    </div>
  )
}
