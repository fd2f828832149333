// What must be true of how every page looks: the table of pages says which pages
// there are. One walk reads English and sees each page in both themes, for a
// theme changes colours and nothing else; another reads Chinese in the dark.
import { AxeBuilder } from '@axe-core/playwright'
import { fill, further } from './filled.mjs'
import { newPage, quietPage, signIn } from './house.mjs'
import { addresses, drawn, guestPaths, settled } from './routes.mjs'
import { patience } from './slow.mjs'

export const walks = [
  { locale: 'en-GB', schemes: ['light', 'dark'] },
  { locale: 'zh-CN', schemes: ['dark'] },
]

/** Signs in and makes one of everything: what there is to walk through, and the session to walk with. */
export async function prepared(browser, house) {
  const page = await newPage(browser, house)
  await page.goto('/')
  await page.locator('form').waitFor()
  await signIn(page, house)
  const links = await fill(page, house)
  const known = await addresses(page)
  known.guests = ['/', '/?sign_in=refused', ...guestPaths.map((path) => links[path])]
  const storageState = await page.context().storageState()
  await page.context().close()
  return { known, storageState }
}

/** Everything the walk finds: faults of axe, pages that scroll sideways, what the console says. */
export async function walk({ browser, house, known, storageState }, { locale, schemes }) {
  const seen = { found: [], wide: [], noise: [] }
  const look = async (page, path) => {
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.goto(path)
    await settled(page)
    for (const scheme of schemes) seen.found.push(...(await findings(page, scheme)))
    for (const width of [1024, 390]) {
      await page.setViewportSize({ width, height: 768 })
      await drawn(page)
      if (!(await fits(page, width))) seen.wide.push(`${path} is wider than a window of ${width} px`)
    }
  }
  const outside = await quietPage(browser, house, { locale })
  for (const path of known.guests) {
    await look(outside.page, path)
    // A guest's page is a form: without one it has not been looked at.
    await outside.page.locator('main form').waitFor()
  }
  await outside.page.context().close()
  const { page, noise } = await quietPage(browser, house, { locale, storageState })
  for (const path of [...known.found, ...further]) await look(page, path)
  for (const open of [inbox, palette, faults]) {
    await open(page)
    await settled(page)
    for (const scheme of schemes) seen.found.push(...(await findings(page, scheme)))
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }
  await page.context().close()
  seen.noise.push(...outside.noise, ...noise)
  return seen
}

/** What measures itself takes a few frames to fit; what never does is too wide. */
async function fits(page, width) {
  const most = patience(60_000)
  const fitting = (limit) => document.documentElement.scrollWidth <= limit
  return page.waitForFunction(fitting, width, { timeout: most }).then(
    () => true,
    () => false,
  )
}

async function inbox(page) {
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.goto('/')
  await page.getByRole('button', { name: /^(Notifications|通知)/ }).click()
  await page.getByRole('dialog').waitFor()
}

async function palette(page) {
  await page.keyboard.press('Control+K')
  await page.locator('.mantine-Spotlight-action').first().waitFor()
}

async function faults(page) {
  await page.goto('/sandbox')
  await page.locator('main header button').first().click()
  await page.getByRole('dialog').locator('form').first().waitFor()
}

/** What axe has to say about the page as it stands, in a theme. An email in its frame runs no script, axe's neither. */
async function findings(page, scheme) {
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
  await page.waitForFunction((wanted) => document.documentElement.dataset.mantineColorScheme === wanted, scheme)
  await settled(page)
  const { violations } = await analysis(page)
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${page.url()} ${scheme} ${id}: ${node.target} ${node.failureSummary}`),
  )
}

/** The first look at a page brings axe there; the next theme asks the one that is there. */
async function analysis(page) {
  if (await page.evaluate(() => window.axe !== undefined)) {
    return page.evaluate(() =>
      window.axe.run({ exclude: [['iframe']] }, { iframes: false, resultTypes: ['violations'] }),
    )
  }
  // The legacy mode spares a second page per analysis; what it cannot do, frames of other origins, is excluded.
  return new AxeBuilder({ page }).exclude('iframe').setLegacyMode().analyze()
}
