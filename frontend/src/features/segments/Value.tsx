import { MultiSelect, NativeSelect, NumberInput, TagsInput, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './RuleRow.module.css'
import { type Op, type Rule, takesList, typedAs } from './rule'
import type { Known } from './use-known'

interface Props {
  rule: Rule
  known: Known
  error: string | undefined
  disabled: boolean
  onChange: (value: unknown) => void
}

const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])

/** What a field is compared with, in the form that suits the field and the comparison. */
export function Value({ rule, known, error, disabled, onChange }: Props) {
  const { t } = useTranslation()
  const { field = '', value } = rule
  const op = rule.op as Op
  const type = known.attributes.find(({ name }) => `data.${name}` === field)?.type ?? 'string'
  const [text, setText] = useState(
    typeof value === 'string' ? value.slice(0, field.endsWith('_at') ? 10 : undefined) : String(value ?? ''),
  )
  const common = { className: classes.value ?? '', size: 'xs', 'aria-label': t('segments.value'), error, disabled }
  if (field === 'group') {
    return (
      <MultiSelect
        {...common}
        searchable
        classNames={{ inputField: classes.typing ?? '' }}
        value={textsOf(value)}
        data={withChosen(known.groups, textsOf(value))}
        placeholder={textsOf(value).length === 0 ? t('segments.pick_groups') : ''}
        onChange={onChange}
      />
    )
  }
  if (takesList(op)) {
    return (
      <TagsInput
        {...common}
        value={textsOf(value)}
        data={suggestions(field)}
        placeholder={op === 'country' ? '+44' : ''}
        onChange={(next) => onChange(next.map((each) => typedAs(each, type)))}
      />
    )
  }
  if (op === 'within_days' || op === 'older_than_days') {
    return (
      <span className={classes.label}>
        <NumberInput
          {...common}
          className={classes.number ?? ''}
          min={1}
          max={3650}
          allowDecimal={false}
          value={typeof value === 'number' ? value : ''}
          onChange={(next) => onChange(next)}
        />
        {t('segments.days')}
      </span>
    )
  }
  if (type === 'boolean') {
    return (
      <NativeSelect
        {...common}
        value={String(value)}
        onChange={(event) => onChange(event.currentTarget.value === 'true')}
        data={[
          { value: '', label: '' },
          { value: 'true', label: t('segments.yes') },
          { value: 'false', label: t('segments.no') },
        ]}
      />
    )
  }
  return (
    <TextInput
      {...common}
      {...(op === 'before' || op === 'after' ? { type: 'date' } : {})}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value)
        onChange(typedAs(event.currentTarget.value, type))
      }}
    />
  )
}

/** Choices with those that were chosen and are gone since, so that they can be taken out. */
function withChosen(choices: readonly { value: string; label: string }[], chosen: readonly string[]) {
  const gone = chosen.filter((each) => !choices.some(({ value }) => value === each))
  return [...choices, ...gone.map((each) => ({ value: each, label: each }))]
}

function suggestions(field: string): string[] {
  if (field === 'timezone') return Intl.supportedValuesOf('timeZone')
  return field === 'locale' ? ['en', 'en-GB', 'en-US', 'zh-CN', 'de', 'fr', 'es', 'ja'] : []
}
