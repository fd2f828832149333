// Two people in two browsers: what one does, the other sees, and nobody reloads.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { memberCaller, until } from './caller.mjs'
import { joined, openBrowser, openHouse, quietPage, signIn } from './house.mjs'
import { patience } from './slow.mjs'

const people = { edith: 'editor', arthur: 'approver', vera: 'viewer' }
const layout = { mjml: '<mjml><mj-body>{{ content }}</mj-body></mjml>', text: '{{ content }}' }

describe('open pages', { timeout: patience(1_800_000) }, () => {
  let house
  let browser
  const at = {}
  const calls = {}
  const noises = {}

  before(async () => {
    house = await openHouse()
    browser = await openBrowser()
    const owner = await quietPage(browser, house)
    await signIn(owner.page, house)
    at.owner = owner.page
    calls.owner = await memberCaller(owner.page, house)
    for (const [name, role] of Object.entries(people)) {
      const { page, noise } = await joined(browser, house, { owner: calls.owner, name, role })
      at[name] = page
      calls[name] = await memberCaller(page, house)
      noises[name] = noise
    }
  })

  after(async () => {
    await browser?.close()
    await house?.close()
  })

  /** From here on the page may not load again: what it shows then came by itself. */
  const stay = (page) =>
    page.evaluate(() => {
      window.stayed = true
    })
  const stayed = (page) => page.evaluate(() => window.stayed === true)
  const waiting = (page, text) => page.getByRole('link', { name: `Approvals ${text}` })

  it('show the approver what was submitted, and the editor that it was approved', async () => {
    const { arthur: queue, edith: second } = at
    await queue.goto('/approvals')
    await queue.getByText('Nothing waits').waitFor()
    await second.goto('/approvals')
    await second.getByText('Nothing waits').waitFor()
    await stay(queue)
    await stay(second)
    for (const key of ['plain', 'wide']) {
      await calls.edith.must(200, 'PUT', `/v1/layouts/${key}`, layout)
      await calls.edith.must(200, 'POST', `/v1/layouts/${key}/submit`, { note: 'For all emails' })
    }
    for (const page of [queue, second]) {
      await page.getByRole('link', { name: /plain/ }).waitFor()
      await page.getByRole('link', { name: /wide/ }).waitFor()
      await waiting(page, '2').waitFor()
    }
    await queue.getByRole('link', { name: /plain/ }).click()
    await queue.getByRole('button', { name: 'Approve and publish' }).click()
    await queue.getByRole('dialog').getByRole('button', { name: 'Approve and publish' }).click()
    await second.getByRole('link', { name: /plain/ }).waitFor({ state: 'detached' })
    await second.getByRole('link', { name: /wide/ }).waitFor()
    await waiting(second, '1').waitFor()
    assert.equal((await stayed(queue)) && (await stayed(second)), true)
  })

  it('keep the words of who writes, and offer those of the other', async () => {
    const page = at.edith
    await page.goto('/templates/order.shipped')
    const subject = page.getByRole('textbox', { name: 'Subject' })
    await subject.waitFor()
    await page.getByText('Saved', { exact: true }).waitFor()
    await stay(page)
    const { version } = await calls.owner.must(200, 'GET', '/v1/templates/order.shipped')
    const { layout: set, schema, default_locale, channels } = version
    channels.email.en.subject = 'Order {{ order_id }}, said by the owner'
    await calls.owner.must(200, 'PUT', '/v1/templates/order.shipped', { layout: set, schema, default_locale, channels })
    await page.getByText('Somebody else changed it meanwhile').waitFor()
    assert.match(await subject.textContent(), /is on its way/)
    await page.getByRole('button', { name: 'Show theirs' }).click()
    await subject.getByText('said by the owner').waitFor()
    assert.equal(await stayed(page), true)
  })

  it('show a viewer what a viewer may read, and nothing of the rest', async () => {
    const page = at.vera
    const frames = []
    page.on('websocket', (socket) => {
      if (socket.url().endsWith('/v1/live/ws'))
        socket.on('framereceived', ({ payload }) => frames.push(String(payload)))
    })
    await page.goto('/settings/sources')
    await page.getByText('Shop').first().waitFor()
    await stay(page)
    await until('the socket to open', () => frames.some((frame) => frame.includes('hello')))
    await calls.owner.must(201, 'POST', '/v1/api-keys', { name: 'Till', source: 'shop', scopes: ['events:write'] })
    await calls.owner.must(200, 'PUT', '/v1/sources/till', { name: 'The till' })
    await page.getByText('The till').waitFor()
    assert.deepEqual(
      frames.filter((frame) => /api_key|Till/.test(frame)),
      [],
    )
    assert.equal(await stayed(page), true)
  })

  it('follow a new role, and end with the session', async () => {
    const page = at.vera
    await page.goto('/')
    await page.getByRole('heading', { name: 'Home' }).waitFor()
    await stay(page)
    const { member } = await calls.vera.must(200, 'GET', '/v1/auth/me')
    await calls.owner.must(200, 'PUT', `/v1/members/${member.id}/role`, { role: 'admin' })
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByRole('link', { name: 'Audit log' }).waitFor()
    await calls.owner.must(200, 'POST', `/v1/members/${member.id}/sign-out`)
    await page.locator('input[name=password]').waitFor()
    assert.equal(await stayed(page), true)
  })

  it('say nothing in the console of anybody', () => {
    assert.deepEqual(Object.values(noises).flat(), [])
  })
})
