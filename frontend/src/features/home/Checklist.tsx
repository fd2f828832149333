import { IconCircle, IconCircleCheckFilled } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Door } from '../../components/Door'
import type { Schema } from '../../lib/api'
import { doors, type Door as Target } from '../../lib/doors'
import classes from './Checklist.module.css'

type Item = Schema['Quickstart']['checklist'][number]

const targets: Partial<Record<Item['id'], Target>> = { see_message: doors.sandbox() }

/** The first steps; gone once all are done. */
export function Checklist({ items }: { items: Item[] }) {
  const { t } = useTranslation()
  const done = items.filter((item) => item.done).length
  if (done === items.length) return null
  return (
    <section className={`card ${classes.checklist}`} aria-labelledby="first-steps">
      <div className={classes.head}>
        <h2 id="first-steps">{t('home.checklist')}</h2>
        <span className="dim">{t('home.checklist_done', { done, count: items.length })}</span>
      </div>
      <ol className={classes.list}>
        {items.map((item) => (
          <Step key={item.id} item={item} />
        ))}
      </ol>
    </section>
  )
}

function Step({ item }: { item: Item }) {
  const { t } = useTranslation()
  const target = targets[item.id]
  const name = t(`home.${item.id}`)
  const Mark = item.done ? IconCircleCheckFilled : IconCircle
  return (
    <li data-done={item.done || undefined}>
      <Mark size={17} stroke={1.5} aria-hidden />
      <div>
        <div className={classes.name}>
          <span className="unseen">{item.done ? t('home.step_done') : t('home.step_open')}: </span>
          {target ? <Door door={target}>{name}</Door> : name}
        </div>
        {!item.done && <div className={classes.hint}>{t(`home.${item.id}_hint`)}</div>}
      </div>
    </li>
  )
}
