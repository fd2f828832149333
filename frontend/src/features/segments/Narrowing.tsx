import { NativeSelect, NumberInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { channels } from '../../lib/words'
import classes from './RuleRow.module.css'
import type { Rule } from './rule'
import type { Known } from './use-known'

interface Props {
  rule: Rule
  known: Known
  path: string
  faultAt: (path: string) => string | undefined
  disabled: boolean
  onChange: (rule: Rule) => void
}

/** What an address, a preference or an activity is further about: channel, category, workflow, days and times. */
export function Narrowing({ rule, known, path, faultAt, disabled, onChange }: Props) {
  const { t } = useTranslation()
  const { field } = rule
  const has = {
    channel: field === 'address' || field === 'preference' || field === 'effective' || field === 'activity',
    category: field === 'preference' || field === 'effective' || field === 'activity',
    workflow: field === 'activity',
  }
  const put = (name: 'channel' | 'category' | 'workflow' | 'days' | 'times', value: string | number) => {
    const { [name]: _, ...rest } = rule
    onChange((value === '' || value === 0 ? rest : { ...rest, [name]: value }) as Rule)
  }
  const pick = (
    name: 'channel' | 'category' | 'workflow',
    any: string,
    choices: { value: string; label: string }[],
  ) => {
    const chosen = rule[name] ?? ''
    const missing = chosen !== '' && !choices.some(({ value }) => value === chosen)
    const needed = field === 'address' || (field === 'effective' && name === 'category')
    return (
      <NativeSelect
        className={classes.small ?? ''}
        size="xs"
        aria-label={t(`segments.${name}`)}
        value={chosen}
        error={faultAt(`${path}.${name}`)}
        disabled={disabled}
        onChange={(event) => put(name, event.currentTarget.value)}
        data={[
          ...(needed && chosen !== '' ? [] : [{ value: '', label: needed ? t('segments.choose_category') : any }]),
          ...choices,
          ...(missing ? [{ value: chosen, label: chosen }] : []),
        ]}
      />
    )
  }
  const count = (name: 'days' | 'times', most: number) => (
    <NumberInput
      className={classes.number ?? ''}
      size="xs"
      min={name === 'times' ? 1 : 0}
      max={most}
      allowDecimal={false}
      aria-label={t(`segments.${name}`)}
      value={rule[name] ?? (name === 'times' ? 1 : '')}
      error={faultAt(`${path}.${name}`)}
      disabled={disabled}
      onChange={(value) => put(name, typeof value === 'number' ? value : 0)}
    />
  )
  const named = channels.map((each) => ({ value: each, label: t(`channel.${each}`) }))
  return (
    <>
      {has.category && pick('category', t('segments.any_category'), known.categories)}
      {has.workflow && pick('workflow', t('segments.any_workflow'), known.workflows)}
      {has.channel && pick('channel', t('segments.any_channel'), named)}
      {has.workflow && (
        <>
          <span className={classes.label}>
            {t('segments.within')} {count('days', 3650)} {t('segments.days')}
          </span>
          <span className={classes.label}>
            {t('segments.at_least')} {count('times', 1000)} {t('segments.times')}
          </span>
        </>
      )}
    </>
  )
}
