// A broadcast is composed step by step: to a segment, kept over a reload, looked at
// as people would read it, tried out and submitted; and to a file with a row that
// cannot be taken.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { memberCaller, until } from './caller.mjs'
import { openBrowser, openHouse, quietPage, signIn } from './house.mjs'
import { keyboard } from './keys.mjs'
import { patience } from './slow.mjs'

const within = { timeout: patience(180_000) }

describe('composing a broadcast', { timeout: patience(1_800_000) }, () => {
  let house
  let browser
  let page
  let noise
  let must

  before(async () => {
    house = await openHouse()
    browser = await openBrowser()
    const owner = await quietPage(browser, house)
    page = owner.page
    noise = owner.noise
    await signIn(page, house)
    must = (await memberCaller(page, house)).must
    for (const [id, locale, reads] of [
      ['reader-a', 'en', true],
      ['reader-b', 'zh-CN', true],
      ['reader-c', 'en', false],
    ]) {
      await must(200, 'PUT', `/v1/recipients/${id}`, { name: id, locale, email: `${id}@example.com`, data: { reads } })
    }
    await must(200, 'PUT', '/v1/segments/readers', {
      name: 'Readers',
      rule: { field: 'data.reads', op: 'eq', value: true },
    })
  })

  after(async () => {
    await browser?.close()
    await house?.close()
  })

  const step = (name) => page.getByRole('heading', { level: 2, name, exact: true })
  const on = async (name) => {
    await page.getByRole('button', { name: 'Continue' }).click()
    await step(name).waitFor(within)
    await page.waitForFunction((text) => document.activeElement?.textContent === text, name)
  }
  const saved = () => page.getByText('Saved', { exact: true }).waitFor(within)
  const field = (name) => page.getByRole('textbox', { name, exact: true })
  const choose = async (name, option) => {
    await page.getByRole('combobox', { name, exact: true }).click()
    await page.getByRole('option', { name: option, exact: true }).click()
    await page.keyboard.press('Escape')
  }

  it('to a segment says what is missing, outlives a reload, is looked at, tried out and submitted', async () => {
    await page.goto('/broadcasts/new')
    await field('Name').fill('News for readers')
    await page.reload()
    await step('Audience').waitFor(within)
    await until('the name to be back', async () => (await field('Name').inputValue()) === 'News for readers')
    await choose('Segments', 'Readers')
    await on('Content')
    await page.waitForURL(/\/broadcasts\/bct_\w+\?step=content$/)
    await page.getByText('Words of its own', { exact: true }).click()
    await field('Title or subject').fill('We open at ten')
    await field('Text').fill('From November on.')
    await saved()
    await page.reload()
    await step('Content').waitFor(within)
    await until('the title to be back', async () => (await field('Title or subject').inputValue()) === 'We open at ten')

    await page.getByRole('link', { name: /^Check/ }).click()
    await page.getByRole('button', { name: /^Channels:/ }).click()
    await step('Delivery').waitFor(within)
    await page.waitForFunction(() => document.activeElement?.id === 'broadcast-channels')
    await choose('Channels', 'In-app')
    await choose('Category', 'Orders and shipping')
    await saved()
    await on('Check')
    await page.getByText('2 of 2 people get a message').waitFor(within)
    await page.getByRole('article', { name: 'What reader-b gets' }).getByText('We open at ten').first().waitFor(within)

    await page.getByRole('button', { name: 'Send a test' }).click()
    const dialog = await keyboard(page).opened()
    await dialog.getByRole('button', { name: 'Send a test' }).click()
    await dialog.getByText('On its way:').waitFor(within)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })

    await on('Submit')
    await field('Note for the approver').fill('By noon')
    await page.getByRole('button', { name: 'Submit for approval' }).click()
    await page.getByText('You wrote or submitted it: somebody else has to approve it.').waitFor(within)
    await page.waitForURL(/\/broadcasts\/bct_\w+$/)
  })

  it('to a file takes the good rows and says what is wrong with the other', async () => {
    await page.goto('/broadcasts/new')
    await field('Name').fill('Points')
    await page.locator('input[type=file]').setInputFiles({
      name: 'points.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('id,points\nreader-a,41\nreader-b,7\nstranger,3\n'),
    })
    await page.getByText('points.csv').first().waitFor(within)
    await page.getByRole('button', { name: 'Check all rows' }).click()
    await page.getByText('2 rows can be taken, 1 cannot.').waitFor(within)
    await page.getByRole('button', { name: 'File: the rows of points.csv are not taken yet.' }).waitFor(within)
    await page.getByRole('cell', { name: '4', exact: true }).waitFor(within)
    await page.getByRole('button', { name: 'Take 2 rows' }).click()
    await page.getByText('2 rows taken, 1 left out.').waitFor(within)
    await on('Content')
    await page.getByText('Words of its own', { exact: true }).click()
    await field('Title or subject').fill('Your points')
    await on('Delivery')
    await choose('Channels', 'In-app')
    await choose('Category', 'Orders and shipping')
    await on('Check')
    await page.getByText('2 of 2 people get a message').waitFor(within)
    assert.deepEqual(noise, [])
  })
})
