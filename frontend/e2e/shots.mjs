// Takes a picture of every page in both themes and both languages, of a house
// with the sample shop and of one with nothing in it, for people to look at:
//   npm run shots [folder]
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { newPage, openBrowser, openHouse, signIn } from './house.mjs'
import { addresses, settled } from './routes.mjs'

const [folder = 'shots', ...only] = process.argv.slice(2)
await rm(folder, { recursive: true, force: true })
await mkdir(folder, { recursive: true })
const browser = await openBrowser()
try {
  for (const state of ['full', 'empty']) await album(state)
} finally {
  await browser.close()
}

async function album(state) {
  const house = await openHouse({ CLARION_DEMO: String(state === 'full') })
  try {
    if (state === 'full') await busy(house)
    for (const scheme of ['light', 'dark']) {
      for (const locale of ['en-GB', 'zh-CN']) await tour({ house, state, scheme, locale })
    }
  } finally {
    await house.close()
  }
}

async function tour({ house, state, scheme, locale }) {
  const page = await newPage(browser, house, { scheme, locale })
  const shoot = (name) => page.screenshot({ path: join(folder, `${name}-${state}-${scheme}-${locale}.png`) })
  await page.goto('/')
  await page.locator('form').waitFor()
  await shoot('sign-in')
  await signIn(page, house)
  const { found, unseen } = await addresses(page)
  for (const path of state === 'full' ? unseen : []) process.stdout.write(`nothing to show for ${path}\n`)
  for (const address of found) {
    if (only.length > 0 && !only.some((part) => address.includes(part))) continue
    await page.goto(address)
    await settled(page)
    await shoot(nameOf(address))
  }
  await page.context().close()
}

/** Sends what Home offers to send, so that the lists have something to show. */
async function busy(house) {
  const page = await newPage(browser, house)
  await signIn(page, house)
  await page.getByRole('button', { name: 'Send it' }).click()
  await page.getByText(/Accepted as evt_/).waitFor()
  await page.goto('/messages?status=delivered')
  await page.locator('tbody tr a').first().waitFor()
  await page.context().close()
}

function nameOf(address) {
  const name = address.replace(/\?.*/, '').replace(/[0-9a-f]{16,}/g, '')
  return name === '/'
    ? 'home'
    : name
        .slice(1)
        .replaceAll('/', '-')
        .replace(/[^a-z0-9.-]/gi, '')
}
