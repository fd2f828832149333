import type { ReactNode } from 'react'
import classes from './Facts.module.css'

/** A card of names and values. */
export function Facts({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={`card ${classes.section}`} aria-label={title}>
      <h2>{title}</h2>
      <dl className={classes.facts}>{children}</dl>
    </section>
  )
}

/** One name and its value; nothing at all when there is no value. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (!children) return null
  return (
    <div className={classes.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
