// A person without an account: the links of a message at 320 pixels, by keyboard,
// in both languages and both themes.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { keyCaller, until } from './caller.mjs'
import { openBrowser, openHouse, quietPage } from './house.mjs'
import { patience } from './slow.mjs'

const secret = 'ck_centre_0000000000000000000'
const small = { width: 320, height: 640 }

describe('the page of a link', { timeout: patience(240_000) }, () => {
  let house
  let browser
  let shop
  let links
  const noises = []

  before(async () => {
    house = await openHouse({ CLARION_BOOTSTRAP_KEY: secret })
    browser = await openBrowser()
    shop = keyCaller(house, secret)
    links = await linksOf('ada', '5001')
  })

  after(async () => {
    await browser?.close()
    await house?.close()
  })

  /** Both links in the email of an order. */
  async function linksOf(person, order) {
    await shop.must(202, 'POST', '/v1/events', { type: 'order.shipped', to: [person], data: { order_id: order } })
    const email = await until(`the email of order ${order}`, async () => {
      const all = await shop.must(200, 'GET', '/v1/sandbox/messages?channel=email&limit=50')
      return all.find((one) => one.subject.includes(order))
    })
    const unsubscribe = email.headers['List-Unsubscribe'].slice(1, -1)
    return { unsubscribe, preferences: unsubscribe.replace('/u/', '/p/') }
  }

  async function open(address, { scheme = 'light', locale = 'en-GB' } = {}) {
    const { page, noise } = await quietPage(browser, house, { scheme, locale, ...small })
    noises.push(noise)
    await page.goto(address)
    await page.locator('h1').first().waitFor()
    return page
  }

  async function look(page, name) {
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze()
    const found = violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.target} ${node.failureSummary}`),
    )
    assert.deepEqual(found, [], name)
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    assert.ok(width <= small.width, `${name} is ${width} px wide`)
    if (process.env.CLARION_PICTURES)
      await page.screenshot({ path: `${process.env.CLARION_PICTURES}/${name}.png`, fullPage: true })
  }

  const choices = () => shop.must(200, 'GET', '/v1/recipients/ada/preferences')

  /** Goes on by Tab until the control with that label has the focus, and sees the focus there. */
  async function reach(page, label) {
    for (let stops = 0; stops < 80; stops++) {
      await page.keyboard.press('Tab')
      const at = await page.evaluate(() => {
        let element = document.activeElement
        while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
        if (!element || element === document.body) return undefined
        const shown = getComputedStyle(element).outlineStyle !== 'none'
        return {
          name: [...(element.labels ?? [])].map((one) => one.textContent).join(' ') || element.textContent,
          shown,
        }
      })
      if (!at?.name.includes(label)) continue
      assert.ok(at.shown, `the focus is seen on ${label}`)
      return
    }
    throw new Error(`${label} was not reached`)
  }

  it('is the same in both themes and both languages, without a fault, at 320 pixels', async () => {
    for (const scheme of ['light', 'dark']) {
      for (const [locale, title] of [
        ['en', 'Your message settings'],
        ['zh-CN', '您的消息设置'],
      ]) {
        const page = await open(`${links.preferences}?lang=${locale}`, { scheme })
        await page.getByRole('heading', { name: title }).waitFor()
        assert.equal(await page.evaluate(() => document.documentElement.lang), locale)
        for (const fold of await page.locator('summary').all()) await fold.click()
        await page.locator('details li').first().waitFor()
        await look(page, `centre-${scheme}-${locale}`)
        await page.goto(`${links.unsubscribe}?lang=${locale}`)
        await page.locator('form button').waitFor()
        await look(page, `unsubscribe-${scheme}-${locale}`)
        await page.context().close()
      }
    }
  })

  it('saves a choice at once and takes it back, by keyboard alone', async () => {
    const page = await open(links.preferences)
    await reach(page, 'Orders and shipping: Text message')
    await page.keyboard.press('Space')
    await page.getByRole('status').getByText('Saved.').waitFor()
    assert.equal((await choices()).categories.orders.channels.sms, false)
    assert.equal(await page.getByRole('switch', { name: 'Orders and shipping: Text message' }).isChecked(), false)
    await reach(page, 'Undo')
    await page.keyboard.press('Enter')
    await page.getByRole('status').getByText('Taken back.').waitFor()
    assert.equal((await choices()).categories?.orders?.channels?.sms, undefined)
    assert.equal(await page.getByRole('switch', { name: 'Orders and shipping: Text message' }).isChecked(), true)
    await page.context().close()
  })

  it('keeps on what has to reach people, and says so', async () => {
    const page = await open(links.preferences)
    const account = page.getByRole('group', { name: 'Account' })
    await account.getByText('These have to reach you').waitFor()
    assert.equal(await account.getByRole('switch').count(), 0)
    assert.ok((await page.getByRole('group', { name: 'News and offers' }).getByRole('switch').count()) > 0)
    await page.context().close()
  })

  it('keeps quiet hours and pauses', async () => {
    const page = await open(links.preferences)
    await page.getByRole('switch', { name: 'Keep quiet hours' }).click()
    await page.getByLabel('From').waitFor()
    await page.getByLabel('From').fill('21:30')
    await page.getByLabel('From').blur()
    await until('the quiet hours to be kept', async () => (await choices()).quiet_hours?.start === '21:30')
    await page.getByRole('combobox', { name: 'Pause' }).selectOption({ label: 'For a week' })
    await until('the pause to be kept', async () => new Date((await choices()).paused_until ?? 0) > new Date())
    await page.getByRole('combobox', { name: 'Pause' }).selectOption({ label: 'Not paused' })
    await until('the pause to be over', async () => !(await choices()).paused_until)
    await page.context().close()
  })

  it('tells why a message came, and what was chosen', async () => {
    const page = await open(links.preferences)
    await page.getByText('Why did I get this?').click()
    await page
      .getByText('Administration reported “Order shipped”, which belongs to Orders and shipping.')
      .first()
      .waitFor()
    await page.getByText('What you have chosen so far').click()
    await page.getByText('You changed your settings').first().waitFor()
    const [said] = await shop.must(200, 'GET', '/v1/consents?recipient=ada&limit=1')
    assert.equal(said.source, 'link')
    assert.equal(said.wording, 'Pause: Not paused', 'the proof holds what was read')
    await page.context().close()
  })

  it('unsubscribes and undoes without a script', async () => {
    const context = await browser.newContext({ viewport: small, javaScriptEnabled: false, locale: 'zh-CN' })
    const page = await context.newPage()
    await page.goto(`${links.unsubscribe}?lang=zh-CN`)
    await page.getByRole('button', { name: '退订' }).click()
    await page.getByRole('heading', { name: '您已退订' }).waitFor()
    assert.equal((await choices()).categories.orders.channels.email, false)
    await page.getByRole('button', { name: '撤销' }).click()
    await page.getByRole('heading', { name: '您仍在接收' }).waitFor()
    assert.equal((await choices()).categories.orders.channels.email, true)
    await context.close()
  })

  it('gives the data away as a file, and takes the wish to be erased', async () => {
    const page = await open(links.preferences)
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download my settings and history' }).click()
    assert.equal((await saved).suggestedFilename(), 'my-settings.json')
    await page.getByRole('button', { name: 'Ask for my data to be deleted' }).click()
    await page.getByRole('button', { name: 'Yes, ask for it' }).click()
    await page.getByText('You have asked for your data to be deleted.').first().waitFor()
    const asked = await shop.must(200, 'GET', '/v1/consents?kind=erasure_requested')
    assert.equal(asked[0].recipient, 'ada')
    await page.context().close()
  })

  it('opens nothing by a link that was changed or closed', async () => {
    const changed = await open(`${links.preferences.slice(0, -1)}${links.preferences.endsWith('A') ? 'B' : 'A'}`)
    await changed.getByRole('heading', { name: 'This link does not work' }).waitFor()
    await look(changed, 'centre-gone')
    await shop.must(200, 'DELETE', '/v1/recipients/ada/links')
    const closed = await open(links.preferences)
    await closed.getByRole('heading', { name: 'This link does not work' }).waitFor()
    noises.splice(-2) // the browser tells of the 404 that the page shows
    await changed.context().close()
    await closed.context().close()
  })

  it('is quiet: no error, no broken policy', () => {
    assert.deepEqual(noises.flat(), [])
  })
})
