import type { FormEvent, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { LanguageMenu } from './LanguageMenu'
import { Mark } from './Mark'
import { ThemeMenu } from './ThemeMenu'
import classes from './Threshold.module.css'

/** The frame of the pages that stand before the door: sign-in and invitation. */
export function Threshold({ children }: { children: ReactNode }) {
  const { t } = useTranslation()
  return (
    <main className={classes.page}>
      <div className={classes.tools}>
        <LanguageMenu />
        <ThemeMenu />
      </div>
      <div className={classes.inside}>
        <p className={classes.brand}>
          <Mark />
          {t('app.name')}
        </p>
        <div className="card">{children}</div>
      </div>
    </main>
  )
}

interface FormProps {
  title: string
  onSubmit: (event: FormEvent) => void
  noValidate?: boolean
  children: ReactNode
}

export function ThresholdForm({ title, onSubmit, noValidate = false, children }: FormProps) {
  return (
    <form className={classes.form} onSubmit={onSubmit} noValidate={noValidate}>
      <h1>{title}</h1>
      {children}
    </form>
  )
}

/** Why the door stays closed. */
export function Refusal({ children }: { children: ReactNode }) {
  return (
    <p className={classes.error} role="alert">
      {children}
    </p>
  )
}
