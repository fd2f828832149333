// What must be true of how every page looks, in a theme and a language: the table
// of pages says which pages there are. Colours do not depend on the language nor
// widths on the theme, so light in English and dark in Chinese see everything.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { fill, further, issuer } from './filled.mjs'
import { newPage, openBrowser, openHouse, quietPage, signIn } from './house.mjs'
import { addresses, guestPaths, settled } from './routes.mjs'

export function looks({ scheme, locale }) {
  let house
  let browser
  let known

  before(async () => {
    house = await openHouse(issuer)
    browser = await openBrowser()
    const page = await newPage(browser, house)
    await signIn(page, house)
    const links = await fill(page, house)
    known = await addresses(page)
    known.guests = ['/', '/?sign_in=refused', ...guestPaths.map((path) => links[path])]
    await page.context().close()
  })

  after(async () => {
    await browser?.close()
    await house?.close()
  })

  it('is said of every page there is', () => {
    assert.deepEqual(known.unseen, [])
    assert.equal(known.guests.includes(undefined), false, `no address for one of ${guestPaths}`)
  })

  describe(`every page, ${scheme}, ${locale}`, { timeout: 300_000 }, () => {
    const seen = { found: [], wide: [], noise: [] }

    before(async () => {
      const { page, noise } = await quietPage(browser, house, { scheme, locale })
      seen.noise = noise
      const look = async (path) => {
        await page.setViewportSize({ width: 1440, height: 900 })
        await page.goto(path)
        await settled(page)
        seen.found.push(...(await findings(page)))
        await page.setViewportSize({ width: 1024, height: 768 })
        const width = await page.evaluate(() => document.documentElement.scrollWidth)
        if (width > 1024) seen.wide.push(`${path} is ${width} px wide`)
      }
      for (const path of known.guests) {
        await look(path)
        // A guest's page is a form: without one it has not been looked at.
        await page.locator('main form').waitFor()
      }
      await signIn(page, house)
      for (const path of [...known.found, ...further]) await look(path)
      await page.context().close()
    })

    it('is clean for axe', () => assert.deepEqual(seen.found, []))
    it('does not scroll sideways at 1024 px', () => assert.deepEqual(seen.wide, []))
    it('says nothing in the console', () => assert.deepEqual(seen.noise, []))

    it('is clean for axe in panels and dialogs', async () => {
      const found = []
      const page = await newPage(browser, house, { scheme, locale })
      await signIn(page, house)
      await page.getByRole('button', { name: /^(Notifications|通知)/ }).click()
      await page.getByRole('dialog').waitFor()
      await settled(page)
      found.push(...(await findings(page)))
      await page.keyboard.press('Escape')
      await page.keyboard.press('Control+K')
      await page.locator('.mantine-Spotlight-action').first().waitFor()
      await settled(page)
      found.push(...(await findings(page)))
      await page.keyboard.press('Escape')
      await page.goto('/sandbox')
      await page.locator('main header button').first().click()
      await page.getByRole('dialog').locator('form').first().waitFor()
      await settled(page)
      found.push(...(await findings(page)))
      assert.deepEqual(found, [])
      await page.context().close()
    })
  })
}

/** What axe has to say about the page as it stands. An email in its frame runs no script, axe's neither. */
async function findings(page) {
  // The legacy mode spares a second page per analysis; what it cannot do, frames of other origins, is excluded.
  const { violations } = await new AxeBuilder({ page }).exclude('iframe').setLegacyMode().analyze()
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${page.url()} ${id}: ${node.target} ${node.failureSummary}`),
  )
}
