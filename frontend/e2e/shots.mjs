// Takes a picture of every page in both themes and both languages, of a house
// with something of everything and of one with nothing in it, and of the full
// one in narrower windows, for people to look at:
//   npm run shots [folder] [part of an address]...
// The pictures of the README are a choice of their own:
//   npm run shots docs/images
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fill, further, issuer } from './filled.mjs'
import { newPage, openBrowser, openHouse, signIn } from './house.mjs'
import { pictures } from './pictures.mjs'
import { addresses, settled } from './routes.mjs'

const [folder = 'shots', ...only] = process.argv.slice(2)
const wide = [
  { scheme: 'light', locale: 'en-GB' },
  { scheme: 'light', locale: 'zh-CN' },
  { scheme: 'dark', locale: 'en-GB' },
  { scheme: 'dark', locale: 'zh-CN' },
]
const narrow = [
  { scheme: 'light', locale: 'en-GB', width: 1024 },
  { scheme: 'light', locale: 'en-GB', width: 390 },
]

const browser = await openBrowser()
try {
  if (folder === 'docs/images') {
    await pictures(browser, folder)
  } else {
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
    await album('full', [...wide, ...narrow])
    await album('empty', wide)
  }
} finally {
  await browser.close()
}

/** Two browsers at a time walk through a house. */
async function album(state, looks) {
  const house = await openHouse({ CLARION_DEMO: String(state === 'full'), ...issuer })
  try {
    const page = await newPage(browser, house)
    await signIn(page, house)
    const guests = state === 'full' ? Object.values(await fill(page, house)) : []
    const { found, unseen } = await addresses(page)
    await page.context().close()
    for (const path of state === 'full' ? unseen : []) process.stdout.write(`nothing to show for ${path}\n`)
    const all = [...found, ...further].filter((path) => only.length === 0 || only.some((part) => path.includes(part)))
    const left = [...looks]
    const walk = async () => {
      for (let look = left.shift(); look; look = left.shift()) await tour({ house, state, look, guests, all })
    }
    await Promise.all([walk(), walk()])
  } finally {
    await house.close()
  }
}

async function tour({ house, state, look, guests, all }) {
  const { scheme, locale, width = 1440 } = look
  const page = await newPage(browser, house, look)
  const shoot = (name) =>
    page.screenshot({ path: join(folder, `${name}-${state}-${scheme}-${locale}-${width}.png`), fullPage: true })
  await page.goto('/')
  await page.locator('form').waitFor()
  await shoot('sign-in')
  for (const address of guests) {
    await page.goto(address)
    await page.locator('form').waitFor()
    await shoot('invitation')
  }
  await signIn(page, house)
  for (const address of all) {
    await page.goto(address)
    await settled(page)
    await shoot(nameOf(address))
  }
  await page.context().close()
}

function nameOf(address) {
  const name = address.replace(/[0-9a-f]{16,}/g, 'id').replace(/[^a-z0-9.]+/gi, '-')
  return name.replace(/^-|-$/g, '') || 'home'
}
