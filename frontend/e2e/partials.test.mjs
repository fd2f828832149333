// A partial from its words to people: written and tried, approved, rendered by
// a template, and changed under a template that nobody touches.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { keyCaller, memberCaller, until } from './caller.mjs'
import { openBrowser, openHouse, quietPage, signIn } from './house.mjs'
import { patience } from './slow.mjs'

const password = 'quite a long password'

describe('a partial from its words to people', { timeout: patience(1_800_000) }, () => {
  let house
  let browser
  let writer
  let approver
  let shop
  const noises = []

  before(async () => {
    house = await openHouse()
    browser = await openBrowser()
    const owner = await quietPage(browser, house)
    await signIn(owner.page, house)
    const { must } = await memberCaller(owner.page, house)
    const { link } = await must(201, 'POST', '/v1/invitations', { email: 'arthur@example.com', role: 'approver' })
    const { secret } = await must(201, 'POST', '/v1/api-keys', {
      name: 'Shop',
      source: 'shop',
      scopes: ['events:write', 'read'],
    })
    shop = keyCaller(house, secret)
    const other = await quietPage(browser, house)
    await other.page.goto(link)
    await other.page.getByLabel('Name').fill('Arthur')
    await other.page.locator('input[name=password]').fill(password)
    await other.page.getByRole('button', { name: 'Join' }).click()
    await other.page.getByRole('heading', { name: 'Home' }).waitFor()
    writer = owner.page
    approver = other.page
    noises.push(owner.noise, other.noise)
  })

  after(async () => {
    await browser?.close()
    await house?.close()
  })

  const box = (name) => writer.getByRole('textbox', { name, exact: true })
  const preview = () => writer.getByRole('region', { name: 'Preview' })

  /** Puts words into a field of an editor, in the place of all there are or behind them. */
  async function write(name, words, { behind = false } = {}) {
    await box(name).click()
    await writer.keyboard.press('Control+A')
    if (behind) await writer.keyboard.press('ArrowRight')
    await writer.keyboard.insertText(words)
  }

  /** Gives the partial a street, and sees it in an email and in the whole text. */
  async function tried(street, whole) {
    await write('Values to try it with', JSON.stringify({ street }))
    await preview().frameLocator('iframe').getByText(street).waitFor()
    await preview().getByText('Text', { exact: true }).click()
    await preview().getByText(whole).waitFor()
  }

  /** The writer submits what is open, and the approver publishes it. */
  async function publish(name) {
    await writer.getByText('Saved', { exact: true }).waitFor()
    await writer.getByRole('button', { name: 'Submit for approval' }).click()
    await writer.getByRole('dialog').getByRole('button', { name: 'Submit for approval' }).click()
    await writer.getByRole('link', { name: 'Open the approval' }).waitFor()
    await approver.goto('/approvals')
    await approver.getByRole('link', { name }).click()
    await approver.getByRole('region', { name: 'Changes' }).waitFor()
    await approver.getByRole('button', { name: 'Approve and publish' }).click()
    await approver.getByRole('dialog').getByRole('button', { name: 'Approve and publish' }).click()
    await approver.locator('main header').getByText('Approved').first().waitFor()
  }

  /** The text that comes of an order, by its newest message. */
  async function text() {
    const { event_id: id } = await shop.must(202, 'POST', '/v1/events', {
      type: 'order.shipped',
      to: ['ada'],
      data: { order_id: '1001' },
    })
    const [message] = await until(`a text of ${id}`, async () => {
      const found = await shop.must(200, 'GET', `/v1/messages?event=${id}&channel=sms&status=sent,delivered`)
      return found.length > 0 && found
    })
    return (await shop.must(200, 'GET', `/v1/messages/${message.id}`)).content.text
  }

  it('is written, says what it must be given, and is shown with it', async () => {
    await writer.goto('/partials')
    await writer.getByRole('button', { name: 'New partial' }).click()
    const dialog = writer.getByRole('dialog')
    await dialog.getByLabel('Key').fill('dock')
    await dialog.getByRole('button', { name: 'Create and write' }).click()
    await writer.getByRole('heading', { name: 'dock', exact: true }).waitFor()
    await write('In emails: MJML or HTML', '<b>{{ street }}</b>, Harwich')
    await write('Text', '{{ street }}, Harwich')
    await writer.getByText("{% render 'dock', street: street %}").waitFor()
    await tried('2 Dock Road', '2 Dock Road, Harwich')
  })

  it('goes live when another member has approved it', async () => {
    await publish(/dock/)
    await writer.getByText('v1 is live').waitFor()
  })

  it('is rendered by a template, in its preview and for people', async () => {
    await writer.goto('/templates/order.shipped?channel=sms&locale=en')
    await write('Text', " {% render 'dock', street: '5 Quay' %}", { behind: true })
    await preview().getByText('5 Quay, Harwich').waitFor()
    await publish(/Order shipped/)
    await until('a text with it', async () => (await text()).endsWith(' 5 Quay, Harwich'))
    await writer.goto('/partials/dock')
    await writer.getByRole('link', { name: 'order.shipped' }).waitFor()
  })

  it('changes what people get while nobody touches the template', async () => {
    await write('Text', '{{ street }}, Dovercourt')
    await tried('7 Pier', '7 Pier, Dovercourt')
    await publish(/dock/)
    await until('a text with the new words', async () => (await text()).endsWith(' 5 Quay, Dovercourt'))
    const { review } = await shop.must(200, 'GET', '/v1/templates/order.shipped')
    assert.equal(review.live_version, 2, 'the template is the one that was approved')
  })

  it('says nothing in the console of anybody', () => {
    // What is faulty while it is being written is refused by the previews with 422, and shown.
    const unasked = noises.flat().filter((line) => !/status of 422.*\/(preview|check)$/.test(line))
    assert.deepEqual(unasked, [])
  })
})
