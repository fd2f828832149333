import { type Icon, IconSettings } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useLocation } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Mark } from '../components/Mark'
import { houseQuery } from '../lib/house'
import classes from './Navigation.module.css'
import { useVisiblePages } from './visible-pages'
import { WaitingCount } from './WaitingCount'

export function Navigation() {
  const { t } = useTranslation()
  const pages = useVisiblePages()
  const house = useQuery(houseQuery).data
  const settings = pages.find((page) => page.section === 'settings' && page.label)
  return (
    <nav aria-label={t('app.navigation')} className={classes.side}>
      <div className={classes.brand}>
        <Mark />
        {house?.instance_name || t('app.name')}
      </div>
      <div className={classes.links}>
        {pages.map(({ path, label, icon, section, also }) =>
          label && icon && !section ? (
            <Entry key={path} to={path} icon={icon} name={t(`nav.${label}`)} {...(also ? { above: also } : {})} />
          ) : null,
        )}
        {settings && <Entry to={settings.path} icon={IconSettings} name={t('nav.settings')} above={['/settings']} />}
      </div>
    </nav>
  )
}

interface EntryProps {
  to: string
  icon: Icon
  name: string
  /** The entry stands for all pages below these paths too. */
  above?: readonly string[]
}

function Entry({ to, icon: Glyph, name, above = [] }: EntryProps) {
  const { pathname } = useLocation()
  const within = above.some((path) => pathname.startsWith(path))
  return (
    <Link
      to={to}
      search={{} as never}
      className={classes.link}
      activeOptions={{ exact: to === '/', includeSearch: false }}
      {...(within ? { 'aria-current': 'page' } : {})}
    >
      <Glyph size={17} stroke={1.6} aria-hidden />
      {name}
      {to === '/approvals' && <WaitingCount />}
    </Link>
  )
}
