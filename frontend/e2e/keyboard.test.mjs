// The five main flows without a mouse: nothing in here clicks.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { keyCaller, memberCaller, until } from './caller.mjs'
import { openBrowser, openHouse, quietPage } from './house.mjs'
import { keyboard } from './keys.mjs'
import { patience } from './slow.mjs'

const password = 'quite a long password'

describe('by keyboard alone', { timeout: patience(1_800_000) }, () => {
  let house
  let browser
  let page
  let keys
  let noise

  before(async () => {
    house = await openHouse()
    browser = await openBrowser()
    const opened = await quietPage(browser, house)
    page = opened.page
    noise = opened.noise
    keys = keyboard(page)
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  })

  after(async () => {
    await browser?.close()
    await house?.close()
  })

  it('a member signs in', async () => {
    await page.goto('/')
    await page.locator('input[name=email]').waitFor()
    await until('the first field to have the focus', async () => (await keys.here())?.name === 'Email')
    await keys.type(house.member.email)
    await keys.reach(/^Password$/, { most: 1 })
    await keys.type(house.member.password)
    await keys.press('Enter')
    await page.getByRole('heading', { name: 'Home' }).waitFor()
  })

  it('and skips the navigation', async () => {
    await page.reload()
    await page.getByRole('heading', { name: 'Home' }).waitFor()
    await keys.reach(/^Skip to content$/, { most: 1 })
    await keys.press('Enter')
    await page.waitForFunction(() => document.activeElement?.id === 'content-main')
    await keys.reach(/^Accepted/, { most: 1 })
  })

  it('a message is found by the palette, and its trace read', async () => {
    await keys.reach(/^Send it$/)
    await keys.press('Enter')
    await page.getByText(/Accepted as evt_/).waitFor()
    await keys.press('Control+K')
    await keys.opened()
    await keys.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await until('the focus back where it was', async () => (await keys.here())?.name === 'Send it')
    await keys.goTo('ada', /^Search messages/)
    await page.getByRole('heading', { name: 'Messages' }).waitFor()
    await page.locator('tbody tr').first().waitFor()
    await keys.press('j')
    await until('a row to have the focus', async () => /^Ada, /.test((await keys.here())?.name))
    await keys.press('Enter')
    await page.getByRole('heading', { name: 'What happened' }).waitFor()
    await page.getByText('The message was made.').waitFor()
    await keys.reach(/^Copy .*inv_|^Copy [0-9a-f]{8,}|^Copy .*trc_|^Copy .+/)
  })

  it('a template is written and submitted', async () => {
    await keys.goTo('Order shipped', /Template/)
    await page.getByRole('textbox', { name: 'Subject' }).waitFor()
    await keys.reach(/^Subject/)
    await keys.press('Control+A')
    await page.keyboard.insertText('Your order {{ order_id }} has left our shop')
    await page.getByText('Saved', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Submit for approval' }).and(page.locator(':enabled')).waitFor()
    await keys.reach(/^Submit for approval$/, { back: true })
    await keys.press('Enter')
    const dialog = await keys.opened()
    await keys.reach(/^Note for the approver/)
    await keys.type('Say whose order it is')
    await keys.reach(/^Submit for approval$/, { most: 2 })
    await keys.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'Open the approval' }).waitFor()
    await until('the focus on the page, not lost', async () => Boolean(await keys.here()))
  })

  it('another member approves it from the queue', async () => {
    const owner = await memberCaller(page, house)
    const { link } = await owner.must(201, 'POST', '/v1/invitations', { email: 'arthur@example.com', role: 'approver' })
    const { page: his } = await quietPage(browser, house)
    const at = keyboard(his)
    await his.goto(new URL(link).pathname)
    await his.locator('input[name=name]').waitFor()
    await until('the first field to fill to have the focus', async () => (await at.here())?.name === 'Name')
    await at.type('Arthur')
    await at.reach(/^Password/, { most: 1 })
    await at.type(password)
    await at.press('Enter')
    await his.getByRole('heading', { name: 'Home' }).waitFor()
    await at.press('g')
    await at.press('a')
    await his.getByRole('heading', { name: 'Approvals' }).waitFor()
    await his.locator('tbody tr').first().waitFor()
    await at.press('j')
    await until('a row to have the focus', async () => /order.shipped|Order shipped/.test((await at.here())?.name))
    await at.press('Enter')
    await his.getByRole('button', { name: 'Approve and publish' }).waitFor()
    await at.press('a')
    const dialog = await at.opened()
    await at.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await at.reach(/^Approve and publish$/)
    await at.press('Enter')
    await at.opened()
    await at.reach(/^Approve and publish$/, { most: 4 })
    await at.press('Enter')
    await his.locator('main header').getByText('Approved').first().waitFor()
    const { review } = await owner.must(200, 'GET', '/v1/templates/order.shipped')
    assert.equal(review.live_version, 2)
    await his.context().close()
  })

  it('an API key is made, copied and used', async () => {
    await keys.goTo('API keys', /^API keys/)
    await page.getByRole('heading', { name: 'API keys' }).waitFor()
    await keys.reach(/^New API key$/)
    await keys.press('Enter')
    await page.getByRole('heading', { name: 'New API key' }).waitFor()
    await keys.reach(/^Name/)
    await keys.type('Checkout')
    await keys.reach(/^Source/, { most: 1 })
    await keys.type('Shop')
    await keys.reach(/^Report events/, { most: 2 })
    await keys.press('Space')
    await keys.reach(/^Make the key$/)
    await keys.press('Enter')
    await page.getByRole('region', { name: 'The key’s secret' }).and(page.locator(':focus-within')).waitFor()
    await keys.reach(/^Copy the secret$/, { most: 1 })
    await keys.press('Enter')
    const secret = await until('the secret on the clipboard', async () => {
      const text = await page.evaluate(() => navigator.clipboard.readText())
      return text.startsWith('ck_') && text
    })
    await keyCaller(house, secret).must(202, 'POST', '/v1/events', {
      type: 'order.shipped',
      to: ['sam'],
      data: { order_id: '1001' },
    })
  })

  it('and the console stays silent', () => assert.deepEqual(noise, []))
})
