// A schedule is written in the page, happens once at its time, and what it caused
// is seen: the event, the message in the sandbox, and its place in the calendar.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { memberCaller } from './caller.mjs'
import { openBrowser, openHouse, quietPage, signIn } from './house.mjs'
import { keyboard } from './keys.mjs'
import { patience } from './slow.mjs'

const within = { timeout: patience(180_000) }

describe('schedules', { timeout: patience(1_800_000) }, () => {
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

  it('happen once at their time, and are the door to what they caused', async () => {
    await page.getByRole('link', { name: 'Schedules', exact: true }).click()
    await page.getByText('No schedules yet').waitFor(within)
    await page.getByRole('link', { name: 'New schedule' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Parcel of the day')
    await page
      .getByLabel(/^Event type/)
      .first()
      .fill('order.shipped')
    await page.getByRole('textbox', { name: 'Recipients' }).fill('ada')
    await page.getByRole('textbox', { name: 'Data' }).fill('{"order_id": "SCH-1", "carrier": "DHL"}')
    await page.getByLabel('How often').selectOption({ label: 'Every so often' })
    await page.getByRole('textbox', { name: 'Every' }).fill('3')
    await page.getByLabel('Unit').selectOption({ label: 'Seconds' })
    await page.getByRole('textbox', { name: 'At most so many times' }).fill('1')
    const next = page.getByRole('region', { name: 'Next times' }).getByRole('listitem')
    await next.first().waitFor(within)
    await page.getByRole('button', { name: 'Create' }).click()
    await page.getByRole('heading', { name: 'Parcel of the day' }).waitFor(within)
    await page.getByText('Ended', { exact: true }).waitFor(within)
    const caused = page.locator('main table a[href^="/events/evt_"]')
    await caused.first().waitFor(within)
    assert.equal(await caused.count(), 1)
    await caused.click()
    await page.getByRole('heading', { name: 'order.shipped' }).waitFor(within)
    await page.goto('/sandbox?channel=sms')
    await page.getByText(/SCH-1/).first().waitFor(within)
  })

  it('stand in the calendar with how they went, and are deleted by who confirms it', async () => {
    // Of the day on which it happened, which may be over by now.
    const { must } = await memberCaller(page, house)
    const [{ id }] = await must(200, 'GET', '/v1/schedules')
    const [fire] = await must(200, 'GET', `/v1/schedules/${id}/fires`)
    const date = fire.planned_at.slice(0, 10)
    await page.goto(`/schedules/calendar?view=day&date=${date}&zone=UTC`)
    await page.getByRole('link', { name: /Parcel of the day, Done$/ }).click()
    await page.getByRole('button', { name: 'Delete' }).click()
    const dialog = await keyboard(page).opened()
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await page.getByText('No schedules yet').waitFor(within)
    assert.deepEqual(noise, [])
  })
})
