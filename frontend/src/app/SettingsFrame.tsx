import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './SettingsFrame.module.css'
import { useVisiblePages } from './visible-pages'

/** A settings page beside the list of all settings pages. */
export function SettingsFrame({ children }: { children: ReactNode }) {
  const { t } = useTranslation()
  const pages = useVisiblePages()
  return (
    <div className={classes.frame}>
      <nav aria-label={t('nav.settings')} className={classes.list}>
        {pages.map(({ path, label, section }) =>
          section === 'settings' && label ? (
            <Link
              key={path}
              to={path}
              search={{} as never}
              className={classes.link}
              activeOptions={{ exact: path === '/settings', includeSearch: false }}
            >
              {t(`nav.${label}`)}
            </Link>
          ) : null,
        )}
      </nav>
      <div className={classes.page}>{children}</div>
    </div>
  )
}
