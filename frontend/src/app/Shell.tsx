import { useQuery } from '@tanstack/react-query'
import { Outlet, useLocation } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Failed } from '../components/States'
import { SignInPage } from '../features/session/SignInPage'
import { useKeptFocus } from '../lib/focus'
import { houseQuery } from '../lib/house'
import { useLive } from '../lib/live'
import { meQuery } from '../lib/session'
import { showTimesIn } from '../lib/time'
import { Navigation } from './Navigation'
import classes from './Shell.module.css'
import { Shortcuts } from './Shortcuts'
import { staleBy } from './stale'
import { TopBar } from './TopBar'

/** The frame around every page. Who is not signed in sees the sign-in page in its place, at the same address. */
export function Shell() {
  const me = useQuery(meQuery)
  // Who comes by an invitation is nobody yet.
  if (useLocation().pathname.startsWith('/invite/')) return <Outlet />
  if (me.data === null) return <SignInPage />
  if (me.data) return <Frame />
  if (me.error) return <Failed error={me.error} retry={() => void me.refetch()} />
  return null
}

function Frame() {
  const { t } = useTranslation()
  useKeptFocus(useLocation().pathname)
  useLive(staleBy)
  const { data: house } = useQuery(houseQuery)
  useEffect(() => showTimesIn(house?.default_timezone ?? ''), [house])
  return (
    <div className={classes.frame}>
      <a className={classes.skip} href="#content-main">
        {t('app.skip_to_content')}
      </a>
      <Navigation />
      <div className={classes.side}>
        <TopBar />
        <main id="content-main" className={classes.main} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <Shortcuts />
    </div>
  )
}
