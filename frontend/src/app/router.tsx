import { createRootRoute, createRoute, createRouter, type RouterHistory } from '@tanstack/react-router'
import { Fragment, lazy, Suspense } from 'react'
import { LoadingRows } from '../components/States'
import { parseSearch, stringifySearch } from '../lib/search'
import { Guard } from './Guard'
import { PageFailed, PageNotFound } from './PageStates'
import { pages } from './routes'
import { SettingsFrame } from './SettingsFrame'
import { Shell } from './Shell'

const InvitePage = lazy(async () => ({ default: (await import('../features/invite/InvitePage')).InvitePage }))

/** Builds the router from the table of pages. */
export function newRouter(history?: RouterHistory) {
  const root = createRootRoute({ component: Shell, notFoundComponent: PageNotFound })
  const routes = pages.map(({ path, permission, load, section }) => {
    const Frame = section === 'settings' ? SettingsFrame : Fragment
    const Page = lazy(async () => ({ default: await load() }))
    return createRoute({
      getParentRoute: () => root,
      path,
      component: () => (
        <Frame>
          <Guard permission={permission}>
            <Suspense fallback={<LoadingRows />}>
              <Page />
            </Suspense>
          </Guard>
        </Frame>
      ),
    })
  })
  const invite = createRoute({
    getParentRoute: () => root,
    path: '/invite/$token',
    component: () => (
      <Suspense fallback={<LoadingRows />}>
        <InvitePage />
      </Suspense>
    ),
  })
  return createRouter({
    routeTree: root.addChildren([...routes, invite]),
    parseSearch,
    stringifySearch,
    defaultErrorComponent: PageFailed,
    scrollRestoration: true,
    ...(history ? { history } : {}),
  })
}
