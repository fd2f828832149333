// A broadcast to ten thousand people, from the first word to the last outcome: an
// editor composes it, cannot approve it, and an approver decides on what exactly
// goes out; an owner's edit voids that; it goes out at its rate, is paused, the
// process is killed, Redis forgets everything, and it goes on. In the end everybody
// has one outcome, in the books and at the vendor.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { memberCaller, until } from './caller.mjs'
import { joined, openBrowser, openHouse, quietPage, signIn } from './house.mjs'
import { keyboard } from './keys.mjs'
import { openRedis } from './redis.mjs'
import { patience } from './slow.mjs'

const within = { timeout: patience(180_000) }
const members = { edith: 'editor', arthur: 'approver' }
const people = 10_000
// So slow that a person who is slow can still pause it.
const rate = 150
const first = 'The shop is closed on Sunday.'
const better = 'The shop is closed on Sunday and on Monday.'
const number = (n) => n.toLocaleString('en-GB')

describe('a broadcast to ten thousand people', { timeout: patience(3_600_000) }, () => {
  let redis
  let house
  let browser
  let path
  let held
  const at = {}
  const calls = {}
  const noises = {}

  before(async () => {
    redis = await openRedis()
    house = await openHouse({ REDIS_URL: redis.url })
    browser = await openBrowser()
    const owner = await quietPage(browser, house)
    await signIn(owner.page, house)
    at.owner = owner.page
    noises.owner = owner.noise
    calls.owner = await memberCaller(owner.page, house)
    for (const [name, role] of Object.entries(members)) {
      const { page, noise } = await joined(browser, house, { owner: calls.owner, name, role })
      at[name] = page
      noises[name] = noise
      calls[name] = await memberCaller(page, house)
    }
    for (let from = 0; from < people; from += 1000) {
      const recipients = Array.from({ length: 1000 }, (_, i) => {
        const n = String(from + i).padStart(5, '0')
        const addresses = [{ channel: 'push', address: `phone-of-crowd-${n}` }]
        return { id: `crowd-${n}`, name: `Crowd ${n}`, addresses, data: { crowd: true } }
      })
      await calls.owner.must(200, 'POST', '/v1/recipients/batch', { recipients })
    }
    const rule = { field: 'data.crowd', op: 'eq', value: true }
    await calls.owner.must(200, 'PUT', '/v1/segments/crowd', { name: 'Crowd', rule })
    const account = '/v1/integrations/int_sandbox_fcm'
    const { provider, name, order, weight, enabled, settings_plain } = await calls.owner.must(200, 'GET', account)
    const costs = { provider, name, order, weight, enabled, settings: settings_plain, unit_cost_micros: 7500 }
    await calls.owner.must(200, 'PUT', account, costs)
  })

  after(async () => {
    await browser?.close()
    await house?.close()
    await redis?.close()
  })

  const now = () => calls.owner.must(200, 'GET', `/v1${path}`)
  const progress = () => calls.owner.must(200, 'GET', `/v1${path}/progress`)
  const region = (page, name) => page.getByRole('region', { name, exact: true })
  const state = (page, text) => page.locator('main').getByText(text, { exact: true }).first().waitFor(within)

  /** Every row of a list of the API. */
  async function all(list) {
    const rows = []
    for (let next = ''; next !== undefined; ) {
      const { status, body } = await calls.owner.call('GET', `${list}limit=200${next}`)
      assert.equal(status, 200)
      rows.push(...body.data)
      next = body.page.next ? `&after=${body.page.next}` : undefined
    }
    return rows
  }

  /** What the vendor of push messages was asked to send, by the message. */
  const ledger = () => all('/v1/sandbox/requests?provider=fcm&')

  /** Chooses in a list that opens below its field. */
  async function choose(page, field, option) {
    const box = page.getByRole('combobox', { name: field })
    await box.focus()
    await until(`${field} to open`, async () => {
      if ((await box.getAttribute('aria-expanded')) === 'true') return true
      await page.keyboard.press('ArrowDown')
    })
    await page.getByRole('option', { name: option, exact: true }).click()
    await page.keyboard.press('Escape')
  }

  async function goOn(page, heading) {
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('heading', { name: heading, exact: true }).waitFor(within)
  }

  async function submit(page) {
    const button = region(page, 'Submit for approval').getByRole('button', { name: 'Submit for approval' })
    await button.click()
    await state(page, 'Waits for approval')
    await page.getByText('You wrote or submitted it: somebody else has to approve it.').waitFor(within)
  }

  /** Approves what stands on the page, which is exactly this. */
  async function approve(page, text) {
    const check = region(page, 'Check')
    await check.getByText(`${number(people)} of ${number(people)} people get a message`).waitFor(within)
    await check.getByText(`${number(people)} messages, costs about 75.00`).waitFor(within)
    const preview = region(page, 'What people see').getByRole('article', { name: /^What Crowd \d+ gets$/ })
    await preview.first().getByText(text, { exact: true }).waitFor(within)
    await page.getByRole('button', { name: 'Approve', exact: true }).click()
    const dialog = await keyboard(page).opened()
    await dialog.getByText(`${number(people)} people.`).waitFor()
    await dialog.getByRole('button', { name: 'Approve' }).click()
    await dialog.waitFor({ state: 'detached' })
  }

  it('is composed in steps, checked and submitted', async () => {
    const page = at.edith
    await page.goto('/broadcasts')
    await page.getByRole('link', { name: 'New broadcast' }).first().click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Opening hours')
    await choose(page, 'Segments', 'Crowd')
    await goOn(page, 'Content')
    await page.getByText('Words of its own', { exact: true }).click()
    await page.getByRole('textbox', { name: 'Title or subject' }).fill('Opening hours')
    await page.getByRole('textbox', { name: 'Text', exact: true }).fill(first)
    await goOn(page, 'Delivery')
    await choose(page, 'Channels', 'Push')
    await choose(page, 'Category', 'Orders and shipping')
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 16)
    await page.getByLabel('Begin at').fill(tomorrow)
    await page.getByRole('textbox', { name: 'Messages a second' }).fill(String(rate))
    await goOn(page, 'Check')
    await page.getByText(`${number(people)} of ${number(people)} people get a message`).waitFor(within)
    await goOn(page, 'Submit')
    await page.getByRole('textbox', { name: 'Note for the approver' }).fill('Everybody asks')
    await submit(page)
    path = new URL(page.url()).pathname
    await until('the audience to be taken down', async () => (await now()).frozen)
  })

  it('is not approved by who wrote it, nor by a role that may not', async () => {
    const { hash } = await now()
    assert.equal(await at.edith.getByRole('button', { name: 'Approve', exact: true }).count(), 0)
    await calls.edith.must(403, 'POST', `/v1${path}/approve`, { hash })
    assert.equal((await now()).state, 'submitted')
  })

  it('is approved by who sees exactly what, to how many and for how much', async () => {
    await at.arthur.goto(path)
    await approve(at.arthur, first)
    await state(at.arthur, 'Scheduled')
    await state(at.edith, 'Scheduled')
  })

  it('needs a new approval when somebody edits it, and says so to who had approved', async () => {
    const { hash: old } = await now()
    const { owner, arthur } = at
    await owner.goto(path)
    await owner.getByRole('button', { name: 'Edit', exact: true }).click()
    const dialog = await keyboard(owner).opened()
    await dialog.getByRole('button', { name: 'Edit' }).click()
    await dialog.waitFor({ state: 'detached' })
    await goOn(owner, 'Content')
    await owner.getByRole('textbox', { name: 'Text', exact: true }).fill(better)
    await goOn(owner, 'Delivery')
    await owner.getByLabel('Begin at').fill('')
    await goOn(owner, 'Check')
    const void_ = 'It was edited while it was scheduled: it needs a new approval.'
    await arthur.getByText(void_).first().waitFor(within)
    await region(arthur, 'History').getByText('Approval void').waitFor(within)
    assert.equal(await arthur.getByRole('button', { name: 'Approve', exact: true }).count(), 0)
    await calls.arthur.must(409, 'POST', `/v1${path}/approve`, { hash: old })

    await goOn(owner, 'Submit')
    await submit(owner)
    const { hash } = await until('it to be taken down again', async () => {
      const b = await now()
      return b.frozen && b
    })
    assert.notEqual(hash, old)
    assert.equal(await owner.getByRole('button', { name: 'Approve', exact: true }).count(), 0)
    await calls.owner.must(403, 'POST', `/v1${path}/approve`, { hash })
    await calls.arthur.must(409, 'POST', `/v1${path}/approve`, { hash: old })
    await approve(arthur, better)
  })

  it('goes out at its rate, and stands still once it is paused', async () => {
    const { arthur } = at
    await until('some to be sent', async () => ((await progress()).counts.sent ?? 0) > 0)
    await arthur.getByRole('button', { name: 'Pause', exact: true }).click()
    await state(arthur, 'Paused')
    held = await until('nothing to be on its way', async () => {
      const { counts, ...rest } = await progress()
      return !counts.queued && !counts.sending && { counts, ...rest }
    })
    assert.ok(held.messages > 0 && held.messages < people, `${held.messages} were made when it was paused`)
    // A pause that had to wait for its turn stands in the history with the time at which it was asked for: more may
    // have gone out since. What counts is when nothing more did.
    const stood = Date.now()
    const history = await calls.owner.must(200, 'GET', `/v1${path}/history`)
    const started = Date.parse(history.findLast(({ kind }) => kind === 'started').at)
    const seconds = (stood - started) / 1000
    // The page of half a second that is due at once, and one that was under way.
    assert.ok(held.messages <= rate * (seconds + 1), `${held.messages} in ${seconds} s`)
    for (const [who, noise] of Object.entries(noises)) assert.deepEqual(noise, [], who)
  })

  it('is as it was after the process is killed and Redis has forgotten everything', async () => {
    const sent = await ledger()
    await house.kill()
    assert.equal(await redis.say('FLUSHALL'), '+OK')
    await house.start()
    assert.deepEqual((await progress()).messages, held.messages)
    assert.deepEqual(
      (await ledger()).map(({ id }) => id),
      sent.map(({ id }) => id),
    )
    await at.arthur.reload()
    await state(at.arthur, 'Paused')
    await at.arthur.getByRole('button', { name: 'Resume', exact: true }).click()
    await state(at.arthur, 'Sending')
  })

  it('ends with one outcome for each, in the books and at the vendor', async () => {
    const { arthur } = at
    await until('it to be completed', async () => (await now()).state === 'completed', 600_000)
    assert.deepEqual((await progress()).counts, { sent: people })
    const outcomes = await all(`/v1${path}/recipients?`)
    assert.equal(new Set(outcomes.map(({ recipient }) => recipient.id)).size, people)
    assert.equal(outcomes.length, people)
    const made = outcomes.map(({ messages }) => messages.map(({ id }) => id))
    assert.ok(made.every((ids) => ids.length === 1))
    const sent = (await ledger()).map(({ message_id }) => message_id)
    assert.equal(sent.length, people, 'the vendor was called once for each')
    assert.deepEqual(new Set(sent), new Set(made.flat()))

    await state(arthur, 'Completed')
    await region(arthur, 'Progress')
      .getByText(`${number(people)} of ${number(people)} people`)
      .waitFor(within)
    await region(arthur, 'Progress')
      .getByRole('listitem')
      .filter({ hasText: number(people) })
      .waitFor(within)
    const rows = region(arthur, 'Recipients')
    await rows.getByText('Sent', { exact: true }).first().waitFor(within)
    assert.equal(await rows.getByText('Not yet').count(), 0)
    await region(arthur, 'Progress').getByRole('link', { name: /^Sent/ }).click()
    await arthur.waitForURL(/\/messages\?.*status=/)
    await arthur
      .locator('main')
      .getByRole('link', { name: /Crowd \d+/ })
      .first()
      .waitFor(within)
  })
})
