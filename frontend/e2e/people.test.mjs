// A segment from its rule to a message, and what the person's own page tells of it.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { memberCaller, until } from './caller.mjs'
import { openBrowser, openHouse, quietPage, signIn } from './house.mjs'
import { patience } from './slow.mjs'

describe('people', { timeout: patience(1_800_000) }, () => {
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
    for (const [id, score] of [
      ['story-a', 5],
      ['story-b', 20],
      ['story-c', 30],
    ]) {
      await must(200, 'PUT', `/v1/recipients/${id}`, { name: id, email: `${id}@example.com`, data: { score } })
    }
    await must(200, 'PUT', '/v1/recipients/story-c/preferences', { categories: { orders: { enabled: false } } })
  })

  after(async () => {
    await browser?.close()
    await house?.close()
  })

  const preview = () => page.getByRole('region', { name: 'Who fits the rule as it stands' })
  const counted = (n) => preview().locator('strong').getByText(String(n), { exact: true }).waitFor()

  /** Makes the condition at a place look at a field. */
  async function look(place, field) {
    const box = page.getByRole('combobox', { name: 'What is looked at' }).nth(place)
    await box.click()
    await page.getByRole('option', { name: field, exact: true }).click()
    await until(`${field} to be chosen`, async () => (await box.inputValue()) === field)
  }

  it('are found by a rule with rules in it, and the number follows', async () => {
    await page.goto('/segments/new')
    await page.getByRole('textbox', { name: 'Key' }).fill('story')
    await page.getByRole('textbox', { name: 'Name' }).fill('Story')
    await look(0, 'data.score')
    await page.getByLabel('Comparison').first().selectOption({ label: 'is at least' })
    await page.getByLabel('Value').first().fill('10')
    await counted(2)
    await page.getByRole('button', { name: 'Group', exact: true }).first().click()
    await page.getByRole('combobox', { name: 'What is looked at' }).nth(1).waitFor()
    await look(1, 'Preference in effect')
    await page.getByLabel('Category').first().selectOption('orders')
    await page.getByLabel('Comparison').nth(1).selectOption({ label: 'is wanted' })
    await counted(1)
    await preview().getByRole('link', { name: 'story-b' }).waitFor()
    await page.getByLabel('Comparison').nth(1).selectOption({ label: 'is switched off' })
    await preview().getByRole('link', { name: 'story-c' }).waitFor()
    await page.getByLabel('Comparison').nth(1).selectOption({ label: 'is wanted' })
    await preview().getByRole('link', { name: 'story-b' }).waitFor()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.waitForURL('**/segments/story')
    await page.getByRole('table', { name: 'Members' }).getByRole('link', { name: 'story-b' }).waitFor()
  })

  it('get what is sent to the segment, and their page tells of it', async () => {
    await must(202, 'POST', '/v1/events', {
      type: 'order.shipped',
      to: [{ segment: 'story' }],
      data: { order_id: '7' },
    })
    await until('the message of the one who fits', async () => {
      const found = await must(200, 'GET', '/v1/messages?recipient=story-b&channel=email&status=sent,delivered')
      return found.length > 0
    })
    assert.deepEqual(await must(200, 'GET', '/v1/messages?recipient=story-c'), [])
    await page.goto('/recipients/story-b')
    await page.getByRole('tab', { name: 'Activity' }).click()
    await page.waitForURL('**/recipients/story-b/activity')
    await page.getByRole('link', { name: 'Was named by an event' }).waitFor()
    await page.getByRole('link', { name: 'Was added' }).waitFor()
    await page.getByRole('link', { name: 'Email message' }).click()
    await page.waitForURL('**/messages/msg_*')
    await page.goto('/recipients/story-c/consents')
    await page.getByRole('link', { name: 'Changed settings' }).waitFor()
    assert.deepEqual(noise, [])
  })
})
