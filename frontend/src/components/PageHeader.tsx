import type { ReactNode } from 'react'
import { useTitle } from '../lib/title'
import classes from './PageHeader.module.css'

interface Props {
  title: string
  /** What stands before the title, such as a status. */
  mark?: ReactNode
  intro?: string
  children?: ReactNode
}

/** The top of a page: its name, one line of what it is for, and its actions. */
export function PageHeader({ title, mark, intro, children }: Props) {
  useTitle(title)
  return (
    <header className={classes.header}>
      <div className={classes.words}>
        <div className={classes.line}>
          <h1>{title}</h1>
          {mark}
        </div>
        {intro && <p className={classes.intro}>{intro}</p>}
      </div>
      {children && <div className={classes.actions}>{children}</div>}
    </header>
  )
}
