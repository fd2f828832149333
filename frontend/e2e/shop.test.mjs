// The sample shop: an order fails by one click, everything is taken back, and
// people are told; then a person insists where undoing has failed.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openBrowser, openHouse, quietPage, signIn } from './house.mjs'
import { keyboard } from './keys.mjs'
import { patience } from './slow.mjs'

const within = { timeout: patience(180_000) }

describe('the sample shop', { timeout: patience(1_800_000) }, () => {
  let house
  let browser
  let page
  let noise

  before(async () => {
    house = await openHouse()
    browser = await openBrowser()
    const owner = await quietPage(browser, house)
    page = owner.page
    noise = owner.noise
    await signIn(page, house)
  })

  after(async () => {
    await browser?.close()
    await house?.close()
  })

  it('tells the story of a failed payment by one click', async () => {
    await page.getByRole('link', { name: 'Shop', exact: true }).click()
    await page.getByRole('button', { name: 'Let a payment fail' }).click()
    const order = page.getByRole('region', { name: /^Order J-/ })
    await order.getByText('Cancelled', { exact: true }).waitFor(within)
    await order.getByText('released', { exact: true }).waitFor(within)
    await order.getByText('declined', { exact: true }).waitFor(within)
    const steps = page.getByRole('region', { name: 'Steps' })
    await steps.getByRole('listitem').filter({ hasText: 'Process payment' }).getByText('Refused').waitFor(within)
    await steps.getByRole('listitem').filter({ hasText: 'Create order' }).getByText('Undone').waitFor(within)
    const told = page.getByRole('region', { name: 'What people were told' })
    const of = (type) => told.getByRole('listitem').filter({ has: page.getByRole('link', { name: type }) })
    await of('payment.failed').getByRole('link', { name: 'SMS' }).first().waitFor(within)
    await of('order.cancelled').getByRole('link', { name: 'Email' }).first().waitFor(within)
    await of('order.failed').getByRole('link', { name: 'Slack' }).first().waitFor(within)
    await page.getByText('They add up').waitFor(within)
  })

  it('leaves to a person what cannot be undone, who retries it on the page of the saga', async () => {
    await page.getByText('Where it fails').click()
    await page.getByLabel('How Reserve inventory fails').selectOption({ label: 'Will not undo' })
    await page.getByLabel('How Process payment fails').selectOption({ label: 'Says no' })
    await page.getByRole('button', { name: 'Place an order' }).click()
    const order = page.getByRole('region', { name: /^Order J-/ })
    await order.getByText('Cannot be undone').waitFor(within)
    await order.getByRole('link', { name: 'Whole saga' }).click()
    await page.getByRole('heading', { name: /^Order J-/ }).waitFor(within)
    await page.getByText('Left to a person').waitFor(within)
    await page.getByRole('button', { name: 'Retry now' }).click()
    const dialog = await keyboard(page).opened()
    await dialog.getByRole('button', { name: 'Retry now' }).click()
    await page.getByText('Everything is undone').waitFor(within)
    await page.getByRole('button', { name: 'Retry now' }).waitFor({ ...within, state: 'detached' })
    assert.deepEqual(noise, [])
  })

  it('lists its sagas by how they ended', async () => {
    await page.getByRole('link', { name: 'Sagas', exact: true }).click()
    await page.getByRole('heading', { name: 'Sagas' }).waitFor(within)
    await page.getByLabel('Status').selectOption({ label: 'Undone' })
    await page.getByRole('link', { name: /^J-/ }).first().waitFor(within)
    await page.getByLabel('Status').selectOption({ label: 'Completed' })
    await page.getByText('No saga matches').waitFor(within)
  })
})
