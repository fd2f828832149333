// A person without an account: the links of a message at 320 pixels, by keyboard,
// in both languages and both themes.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { keyCaller, until } from './caller.mjs'
import { openBrowser, openHouse, quietPage } from './house.mjs'
import { patience } from './slow.mjs'

const secret = 'ck_centre_0000000000000000000'
const small = { width: 320, height: 640 }

describe('the page of a link', { timeout: patience(1_800_000) }, () => {
  let house
  let browser
  let shop
  let links
  let product
  const noises = []

  before(async () => {
    product = await openProduct()
    house = await openHouse({ CLARION_BOOTSTRAP_KEY: secret, CLARION_ALLOWED_ORIGINS: product.origin })
    product.hub = house.url
    browser = await openBrowser()
    shop = keyCaller(house, secret)
    links = await linksOf('ada', '5001')
  })

  after(async () => {
    await browser?.close()
    await house?.close()
    product?.close()
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

  /** A frame around the page ends on the browser's own page of errors. What the console says of it may get lost. */
  async function keptOut(page, address) {
    const policy = (await fetch(address)).headers.get('Content-Security-Policy')
    assert.match(policy, /(^|; )frame-ancestors 'none'(;|$)/)
    await page.goto(`${product.origin}/framed?${new URLSearchParams({ page: address })}`)
    await until('the frame to end on a page of errors', () =>
      page.frames().some((frame) => frame.parentFrame() && frame.url().startsWith('chrome-error://')),
    )
    assert.equal(await page.frameLocator('iframe').getByText('Your message settings').count(), 0)
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
    await page.getByRole('switch', { name: 'Orders and shipping: Text message', checked: false }).waitFor()
    await reach(page, 'Undo')
    await page.keyboard.press('Enter')
    await page.getByRole('status').getByText('Taken back.').waitFor()
    assert.equal((await choices()).categories?.orders?.channels?.sms, undefined)
    await page.getByRole('switch', { name: 'Orders and shipping: Text message', checked: true }).waitFor()
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
    page.setDefaultTimeout(patience(180_000))
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
    const handed = await until('the download to be noted', async () => {
      const [noted] = await shop.must(200, 'GET', '/v1/consents?recipient=ada&kind=downloaded')
      return noted
    })
    assert.deepEqual([handed.source, handed.device], ['link', 'Chrome, Linux'])
    await page.getByText('What you have chosen so far').click()
    await page.getByText('Your data was downloaded').waitFor()
    await page.getByRole('button', { name: 'Ask for my data to be deleted' }).click()
    await page.getByRole('button', { name: 'Yes, ask for it' }).click()
    await page.getByText('You have asked for your data to be deleted.').first().waitFor()
    const asked = await shop.must(200, 'GET', '/v1/consents?kind=erasure_requested')
    assert.equal(asked[0].recipient, 'ada')
    await page.context().close()
  })

  it('stands in a product of another origin, under its policy, and asks its backend for new tokens', async () => {
    const mint = () => shop.must(201, 'POST', '/v1/recipients/wei/token', { audience: 'preferences' })
    product.token = (await mint()).token
    const { page } = await quietPage(browser, house, { ...small })
    await page.goto(`${product.origin}/stale`)
    await page.getByRole('heading', { name: 'Your message settings' }).waitFor()
    await page.locator('clarion-preferences:not([token])').waitFor() // no token stays in the page
    await look(page, 'component')
    await reach(page, 'Orders and shipping: Text message')
    await page.keyboard.press('Space')
    await page.getByRole('status').getByText('Saved.').waitFor()
    const [said] = await shop.must(200, 'GET', '/v1/consents?recipient=wei&limit=1')
    assert.equal(said.source, 'component')
    await page.emulateMedia({ colorScheme: 'dark' }) // and the page around it stays white
    await page.goto(`${product.origin}/chinese`)
    await page.getByRole('heading', { name: '您的消息设置' }).waitFor()
    for (const fold of await page.locator('summary').all()) await fold.click()
    await page.getByText('您更改了设置').first().waitFor()
    await look(page, 'component-zh-CN')
    await reach(page, '短信')
    await page.keyboard.press('Space')
    await page.getByRole('status').getByText('已保存。').waitFor()
    const [written] = await shop.must(200, 'GET', '/v1/consents?recipient=wei&limit=1')
    assert.equal(written.locale, 'zh-CN')
    await keptOut(page, links.preferences)
    await page.goto(`${product.elsewhere}/fresh`)
    await page.getByRole('alert').waitFor()
    assert.equal(await page.getByRole('switch').count(), 0, 'an origin that was not named gets nothing')
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

/** Somebody's own product: its pages show the component or a frame, and its backend hands out tokens. */
async function openProduct() {
  const product = {}
  const pages = {
    '/token': () => product.token,
    '/framed': (search) => `<iframe src="${search.get('page')}"></iframe>`,
    '/stale': () => component('of.another.day'),
    '/fresh': () => component(product.token),
    '/chinese': () => component(product.token, 'zh-CN'),
    '/page.js': () => `addEventListener('clarion-token', (event) => {
      event.preventDefault()
      fetch('/token').then((answer) => answer.text()).then(event.detail.resolve, event.detail.reject)
    })`,
  }
  const component = (token, lang = 'en') => `<!doctype html><html lang="${lang}"><title>Account</title><main>
    <clarion-preferences hub="${product.hub}" token="${token}" lang="${lang}"></clarion-preferences></main>
    <script src="/page.js"></script><script type="module" src="${product.hub}/centre/preferences.js"></script></html>`
  const server = createServer((request, answer) => {
    const { pathname, searchParams } = new URL(request.url, 'http://product')
    const write = pages[pathname]
    answer.writeHead(write ? 200 : 204, {
      'Content-Type': pathname.endsWith('.js') ? 'text/javascript' : 'text/html',
      'Content-Security-Policy': `default-src 'none'; script-src 'self' ${product.hub}; connect-src 'self' ${product.hub}; frame-src ${product.hub}`,
    })
    answer.end(write?.(searchParams))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  product.origin = `http://127.0.0.1:${port}`
  product.elsewhere = `http://localhost:${port}`
  product.close = () => {
    server.closeAllConnections()
    server.close()
  }
  return product
}
