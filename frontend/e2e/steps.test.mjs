// A workflow with every step over time, from the builder to the line: built by keys
// and by mouse, thought through, published, and seen where it waits.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { keyCaller, until } from './caller.mjs'
import { openBrowser, openHouse, quietPage, signIn } from './house.mjs'
import { keyboard } from './keys.mjs'
import { settled } from './routes.mjs'
import { patience } from './slow.mjs'

const secret = 'ck_steps_00000000000000000000'

describe('steps over time', { timeout: patience(1_800_000) }, () => {
  let house
  let browser
  let page
  let keys
  let noise
  let shop

  before(async () => {
    house = await openHouse({ CLARION_BOOTSTRAP_KEY: secret })
    browser = await openBrowser()
    const opened = await quietPage(browser, house)
    page = opened.page
    noise = opened.noise
    keys = keyboard(page)
    shop = keyCaller(house, secret)
    const words = {
      text: { text: 'Ticket {{ ticket | default: "?" }}' },
      item: { title: 'Ticket {{ ticket | default: "?" }}', body: 'It is new' },
    }
    await shop.must(200, 'PUT', '/v1/templates/ticket.opened', {
      name: 'Ticket opened',
      default_locale: 'en',
      channels: { sms: { en: words.text }, in_app: { en: words.item }, push: { en: words.item } },
    })
    await signIn(page, house)
  })

  after(async () => {
    await browser?.close()
    await house?.close()
  })

  const card = (name) => page.getByRole('article', { name })
  const add = (place) => page.getByRole('button', { name: `Add a step at place ${place}`, exact: true })
  const field = (name) => page.getByRole('textbox', { name, exact: true })

  /** Puts a step at a place with the mouse. */
  async function put(place, kind) {
    await add(place).click()
    await page.getByRole('menuitem', { name: kind, exact: true }).click()
    await card(new RegExp(`^Step ${place}, `))
      .locator('[aria-pressed=true]')
      .waitFor()
  }

  /** What the drag says to who cannot see it. */
  const said = (words) => page.getByRole('status').filter({ hasText: words }).first().waitFor({ state: 'attached' })
  const saved = () => page.getByText('Draft saved').waitFor()

  it('are in a workflow of the demo, and its template is shown with what it would gather', async () => {
    await page.goto('/workflows/comment.posted')
    await card('Step 1, gather').getByText('Gathers {{ data.document }} for 1 minute').waitFor()
    await card('Step 3, unread').waitFor()
    await card('Step 6, sms').waitFor()
    await page.goto('/templates/comment.posted?channel=in_app&locale=en')
    const preview = page.getByRole('region', { name: 'Preview' })
    await preview.getByText('3 comments on Spring catalogue').waitFor()
    await page.getByRole('heading', { name: 'Gathered' }).waitFor()
    await page.getByRole('button', { name: 'digest.total', exact: true }).waitFor()
    await settled(page)
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze()
    assert.deepEqual(
      violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id} at ${target}`)),
      [],
    )
  })

  it('are put in one after the other, by keys alone', async () => {
    await page.goto('/workflows/new?type=ticket.opened')
    await page.getByRole('button', { name: 'Create and build' }).waitFor()
    await keys.reach(/^Create and build$/)
    await keys.press('Enter')
    await add(1).waitFor()
    await keys.reach(/^Add a step at place 1$/)
    await keys.press('Enter')
    await page.getByRole('menuitem', { name: 'Digest', exact: true }).waitFor()
    await keys.choose('Digest')
    await card('Step 1, digest').waitFor()
    await keys.reach(/^Gathered by/)
    await keys.type('{{ data.project }}')
    await keys.reach(/^Gathers for/)
    await keys.press('Control+A')
    await keys.type('2')
    await keys.reach(/^Send the first item at once/)
    await keys.press('Space')
    await keys.reach(/^Close early at so many items/)
    await keys.press('Control+A')
    await keys.type('50')
    await keys.reach(/^Items for the template/)
    await keys.press('Control+A')
    await keys.type('5')
    await card('Step 1, digest').getByText('Gathers {{ data.project }} for 2 hours').waitFor()
    await saved()
    const { steps } = (await shop.must(200, 'GET', '/v1/workflows/ticket.opened')).draft
    const { key, seconds, leading, count, keep } = steps[0].digest
    assert.deepEqual(
      { key, seconds, leading, count, keep },
      { key: '{{ data.project }}', seconds: 7200, leading: true, count: 50, keep: 5 },
    )
  })

  it('are put in by mouse: branch, throttle, delay in a window, and waits that escalate', async () => {
    await put(2, 'Branch')
    await page.getByRole('region', { name: 'Arm 1' }).getByRole('combobox', { name: 'Field' }).fill('data.urgent')
    await page.keyboard.press('Escape')
    await field('Value').fill('yes')
    await put(3, 'Throttle')
    await field('Runs that get through').fill('3')
    await put(4, 'Delay')
    await page.getByRole('combobox', { name: 'Runs in' }).selectOption('branch.no')
    await field('For').fill('10')
    await page.getByRole('combobox', { name: 'Unit of: For' }).selectOption('minutes')
    await page.getByRole('switch', { name: 'Only in a part of the day' }).click()
    await page.getByLabel('From', { exact: true }).waitFor()
    await put(5, 'In-app')
    await put(6, 'Wait for a reaction')
    await field('At most').fill('15')
    await page.getByRole('combobox', { name: 'Unit of: At most' }).selectOption('minutes')
    await put(7, 'Push')
    await put(8, 'Wait for a reaction')
    await page.getByRole('checkbox', { name: 'opened' }).click()
    await page.getByRole('checkbox', { name: 'read', exact: true }).click()
    await put(9, 'SMS')
    await card('Step 4, delay').getByText('branch.no').waitFor()
    await card('Step 6, wait').getByText('Up to 15 minutes for in_app: read').waitFor()
    await saved()
  })

  it('are moved by keys, and ended by a business event', async () => {
    await page.getByRole('button', { name: 'Move Step 3, throttle by dragging' }).focus()
    await keys.press('Space')
    await said('Now at place 3')
    await keys.press('ArrowUp')
    await said('Now at place 2')
    await keys.press('Space')
    await card('Step 2, throttle').waitFor()
    await page.getByRole('button', { name: 'Move Step 2, throttle down' }).click()
    await card('Step 3, throttle').waitFor()
    await page.getByText('Settings', { exact: true }).last().click()
    await page.getByRole('button', { name: 'Add an event' }).click()
    await field('Event type').last().fill('ticket.closed')
    await field('Same value of').fill('data.ticket')
    await saved()
  })

  it('are thought through, and published', async () => {
    await page.getByText('Test', { exact: true }).last().click()
    await page.getByRole('textbox', { name: 'Data of the event' }).click()
    await keys.press('Control+A')
    await page.keyboard.insertText('{"project": "hub", "ticket": "7", "urgent": "yes"}')
    await page.getByRole('button', { name: 'Simulate' }).click()
    const thought = page.getByRole('region', { name: 'Simulation' })
    await thought.getByText('Gathered with what else comes within 2h0m0s.').waitFor()
    await thought.getByText('It took yes.').waitFor()
    await thought.getByText('It waits 15m0s for read of in_app.').waitFor()
    await thought.getByText('It waits 1h0m0s for opened of push.').waitFor()
    await page.getByRole('button', { name: 'Publish', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Publish', exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
    await until(
      'it to be live',
      async () => (await shop.must(200, 'GET', '/v1/workflows/ticket.opened')).review.live_version,
    )
  })

  it('are seen where a run waits on the line, until a business event ends it', async () => {
    const opens = { type: 'ticket.opened', to: ['ada'], data: { project: 'hub', ticket: '7', urgent: 'yes' } }
    const { event_id: first } = await shop.must(202, 'POST', '/v1/events', opens)
    const message = await until('the item in the inbox', async () => {
      const [found] = await shop.must(200, 'GET', `/v1/messages?event=${first}&channel=in_app`)
      return found?.status === 'delivered' && found
    })
    await page.goto(`/messages/${message.id}`)
    await page.getByText('The workflow waits at wait for what the recipient does').waitFor()
    const { event_id: second } = await shop.must(202, 'POST', '/v1/events', opens)
    await until('the second to be gathered', async () => {
      const [run] = await shop.must(200, 'GET', `/v1/notifications?event=${second}`)
      return run && (await shop.must(200, 'GET', `/v1/notifications/${run.id}`)).run?.kind === 'digest'
    })
    await shop.must(202, 'POST', '/v1/events', { type: 'ticket.closed', to: ['ada'], data: { ticket: '7' } })
    await until('the runs to end', async () => {
      const [run] = await shop.must(200, 'GET', `/v1/notifications?event=${first}`)
      return (await shop.must(200, 'GET', `/v1/notifications/${run.id}`)).run?.status !== 'parked'
    })
    await page.reload()
    await page.getByText('The event ticket.closed came.').waitFor()
    await page.getByText('The workflow waits at wait').waitFor({ state: 'detached' })
  })

  it('say nothing in the console', () => assert.deepEqual(noise, []))
})
