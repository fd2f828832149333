import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useMe } from '../lib/session'
import classes from './Navigation.module.css'
import { pages } from './routes'

export function Navigation() {
  const { t } = useTranslation()
  const held = useMe()?.permissions ?? []
  return (
    <nav aria-label={t('app.navigation')} className={classes.side}>
      <div className={classes.brand}>
        <Mark />
        {t('app.name')}
      </div>
      <div className={classes.links}>
        {pages.map(({ path, label, icon: Glyph, permission }) => {
          if (!label || !Glyph || !(held.includes('admin') || held.includes(permission))) return null
          return (
            <Link
              key={path}
              to={path}
              search={{} as never}
              className={classes.link}
              activeOptions={{ exact: path === '/', includeSearch: false }}
            >
              <Glyph size={17} stroke={1.6} aria-hidden />
              {t(`nav.${label}`)}
            </Link>
          )
        })}
      </div>
    </nav>
  )
}

function Mark() {
  return (
    <svg width="20" height="20" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#3450b4" />
      <path d="M20.9 11.2a7 7 0 1 0 0 9.6" fill="none" stroke="#fff" strokeWidth="3.2" strokeLinecap="round" />
      <circle cx="23.6" cy="16" r="2" fill="#fff" />
    </svg>
  )
}
