import { NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../../lib/api'
import type { Workflow } from './api'
import { Differences } from './Differences'
import classes from './Versions.module.css'

/** Two versions next to each other; at first the newest and the one before. */
export function Compare({ workflow, versions }: { workflow: Workflow; versions: Schema['ReviewVersion'][] }) {
  const { t } = useTranslation()
  const numbers = versions.map((each) => each.version)
  const [to, setTo] = useState(numbers[0] ?? 0)
  const [from, setFrom] = useState(numbers[1] ?? 0)
  // A first version differs from nothing.
  if (numbers.length < 2) return null
  const choices = [
    ...numbers.map((n) => ({ value: String(n), label: `v${n}` })),
    { value: '0', label: t('workflows.nothing_before') },
  ]
  return (
    <section className={`card ${classes.compare}`} aria-label={t('workflows.compare')}>
      <div className={classes.pick}>
        <h2>{t('workflows.compare')}</h2>
        <NativeSelect
          size="xs"
          aria-label={t('workflows.compare_from')}
          value={String(from)}
          data={choices}
          onChange={(event) => setFrom(Number(event.currentTarget.value))}
        />
        <span aria-hidden>→</span>
        <NativeSelect
          size="xs"
          aria-label={t('workflows.compare_to')}
          value={String(to)}
          data={choices}
          onChange={(event) => setTo(Number(event.currentTarget.value))}
        />
      </div>
      <Differences workflow={workflow.key} from={from} to={to} />
    </section>
  )
}
