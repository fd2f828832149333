import { NativeSelect, NumberInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './Steps.module.css'
import { type Unit, unitOf, units } from './spans'

interface Props {
  label: string
  description?: string
  /** Seconds; zero shows as nothing where it is allowed. */
  value: number
  error?: string | undefined
  disabled: boolean
  min?: number
  onChange: (seconds: number) => void
}

/** A length of time: a number and its unit. */
export function Duration({ label, description, value, error, disabled, min = 0, onChange }: Props) {
  const { t } = useTranslation()
  const [unit, setUnit] = useState<Unit>(() => unitOf(value))
  return (
    <div className={classes.duration}>
      <NumberInput
        label={label}
        description={description}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        value={value / units[unit]}
        error={error}
        disabled={disabled}
        min={min / units[unit]}
        decimalScale={3}
        onChange={(n) => onChange(Math.round(Number(n) * units[unit]))}
      />
      <NativeSelect
        aria-label={t('workflows.unit_of', { label })}
        value={unit}
        disabled={disabled}
        onChange={(event) => {
          const next = event.currentTarget.value as Unit
          onChange(Math.round((value / units[unit]) * units[next]))
          setUnit(next)
        }}
        data={Object.keys(units).map((each) => ({ value: each, label: t(`workflows.unit_${each as Unit}`) }))}
      />
    </div>
  )
}
