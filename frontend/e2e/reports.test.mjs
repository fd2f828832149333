// The reports in a real browser, over a month that was made up: another time,
// the time before beside it, a figure's list, a table, a file and a picture.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { AxeBuilder } from '@axe-core/playwright'
import { openBrowser, openHouse, quietPage, signIn } from './house.mjs'
import { drawn, settled } from './routes.mjs'
import { patience } from './slow.mjs'

const binary = process.env.CLARION_BINARY ?? fileURLToPath(new URL('../../bin/clarion', import.meta.url))
const looks = [
  { scheme: 'light', locale: 'en-GB' },
  { scheme: 'dark', locale: 'zh-CN' },
]

describe('the reports', { timeout: patience(1_800_000) }, () => {
  let house
  let browser
  let data

  before(async () => {
    data = await mkdtemp(join(tmpdir(), 'clarion-reports-'))
    const env = { ...process.env, CLARION_DATA_DIR: data }
    const made = spawnSync(binary, ['seed', '--size', '20000', '--days', '60'], { env, encoding: 'utf8' })
    assert.equal(made.status, 0, made.stderr)
    house = await openHouse({ CLARION_DATA_DIR: data })
    browser = await openBrowser()
  })

  after(async () => {
    await browser?.close()
    await house?.close()
    if (data) await rm(data, { recursive: true, force: true })
  })

  for (const look of looks) {
    it(`are clean for axe with a month of figures: ${look.scheme}, ${look.locale}`, async () => {
      const { page, noise } = await opened(look)
      await page.goto('/reports?span=30d&compare=previous')
      await page.locator('[data-report="ledger"] td').first().waitFor()
      await settled(page)
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
        .analyze()
      assert.deepEqual(
        violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target} ${node.failureSummary}`)),
        [],
      )
      for (const width of [1024, 390]) {
        await page.setViewportSize({ width, height: 768 })
        await drawn(page)
        await page.waitForFunction((most) => document.documentElement.scrollWidth <= most, width)
      }
      assert.deepEqual(noise, [])
      await page.context().close()
    })
  }

  it('answer for another time, lead to the list behind a figure, and come back as they were', async () => {
    const { page } = await opened(looks[0])
    await page.goto('/reports')
    const picture = page.locator('[data-report="volume"] svg[role="img"]')
    await picture.waitFor()
    await page.getByText('30 days', { exact: true }).click()
    await page.waitForURL(/span=30d/)
    await page.waitForFunction(
      () => document.querySelectorAll('[data-report="volume"] svg[role="img"] > g').length > 25,
    )
    await page.getByRole('switch', { name: 'Compare with the time before' }).focus()
    await page.keyboard.press('Space')
    await page.waitForURL(/compare=previous/)
    await picture.locator('path[stroke-dasharray="1 3"]').waitFor()
    await page.getByRole('button', { name: 'Volume as a table' }).click()
    await page.waitForURL(/tables=volume/)
    const door = page.locator('[data-report="volume"] td a').first()
    await door.waitFor()
    const href = await door.getAttribute('href')
    await door.click()
    await page.waitForURL('**/messages?**')
    for (const word of ['channel=', 'from=', 'to=']) assert.ok(href.includes(word), href)
    await page.locator('[data-row]').first().waitFor()
    await page.goBack()
    await page.waitForURL(/tables=volume/)
    await page.locator('[data-report="volume"] td a').first().waitFor()
    await page.context().close()
  })

  it('are read by keys: a figure is shown, and Enter opens the list behind it', async () => {
    const { page, noise } = await opened(looks[0])
    await page.goto('/reports?span=30d')
    const drawing = page.getByRole('application', { name: /^Volume:/ })
    await drawing.focus()
    await page.keyboard.press('End')
    const said = drawing.locator('[aria-live]')
    await said.filter({ hasText: /: [\d,]+$/ }).waitFor()
    const last = await said.textContent()
    await page.keyboard.press('ArrowLeft')
    await said.and(page.locator(':not(:empty)')).filter({ hasNotText: last }).waitFor()
    if (process.env.KEEP) await drawing.screenshot({ path: join(process.env.KEEP, 'read-by-keys.png') })
    await page.keyboard.press('Enter')
    await page.waitForURL('**/messages?**')
    assert.deepEqual(noise, [])
    await page.context().close()
  })

  it('can be taken along as a table file and as a picture', async () => {
    const { page } = await opened(looks[0])
    await page.goto('/reports?span=30d')
    await page.locator('[data-report="volume"] svg[role="img"]').waitFor()
    for (const [item, name, begins] of [
      ['Table file (CSV)', 'clarion-volume.csv', 'at,group,messages'],
      ['Picture (PNG)', 'clarion-volume.png', '\u0089PNG'],
    ]) {
      await page.getByRole('button', { name: 'Take Volume along' }).click()
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: item }).click(),
      ])
      assert.equal(file.suggestedFilename(), name)
      const bytes = await readFile(await file.path())
      assert.ok(bytes.length > 1000, `${bytes.length} bytes`)
      assert.ok(bytes.subarray(0, 40).toString('latin1').includes(begins))
      if (process.env.KEEP) await file.saveAs(join(process.env.KEEP, name))
    }
    await page.context().close()
  })

  async function opened(look) {
    const quiet = await quietPage(browser, house, look)
    await signIn(quiet.page, house)
    return quiet
  }
})
