// The addresses of every page, read from the table of pages itself: a new page
// is looked at by every check without being added anywhere.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { patience } from './slow.mjs'

const pathsIn = (file) => {
  const code = readFileSync(fileURLToPath(new URL(`../src/app/${file}`, import.meta.url)), 'utf8')
  return [...code.matchAll(/^ {4}path: '([^']+)'/gm)].map((match) => match[1])
}

/** Every path of the table, such as /messages/$id. */
export const paths = pathsIn('routes.tsx')

/** The paths of those who are not signed in; beside them every address is the sign-in page. */
export const guestPaths = pathsIn('router.tsx')

/**
 * Addresses that can be opened: a path with a name in it becomes the first of
 * its kind that its list leads to. Paths whose list is empty are `unseen`.
 */
export async function addresses(page) {
  const found = []
  const unseen = []
  for (const path of paths) {
    const address = path.includes('$') ? await first(page, path) : path
    if (address) found.push(address)
    else unseen.push(path)
  }
  return { found, unseen }
}

async function first(page, path) {
  const above = path.slice(0, path.lastIndexOf('/'))
  // A page below a page that has a name in it: that one leads to it.
  const below = above.includes('$') && paths.includes(above)
  const from = below ? await first(page, above) : path.slice(0, path.indexOf('/$'))
  if (!from || !(below || paths.includes(from))) return undefined
  return linked(page, from, path)
}

/** The first address of the shape of a path that a page leads to, at once or when what it lists has come about. */
async function linked(page, from, path) {
  await page.goto(from)
  await settled(page)
  const shape = new RegExp(`^${path.replaceAll('.', '\\.').replace(/\$\w+/g, '[^/?]+')}(\\?|$)`)
  const deadline = Date.now() + patience(180_000)
  for (;;) {
    const links = await page.locator('main a').evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''))
    const found = links.find((href) => shape.test(href) && !paths.includes(href.replace(/\?.*/, '')))
    if (found || Date.now() > deadline) return found
    await drawn(page)
  }
}

/** Waits until what the page has to do after its next frame is done. */
export const drawn = (page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))))

/** Waits until nothing is loading or fading. */
export async function settled(page) {
  await page.locator('main').waitFor()
  await page.waitForFunction(() => document.querySelector('[role=status][aria-label]') === null)
  await page.waitForFunction(() => document.getAnimations().every((each) => each.playState !== 'running'))
}
