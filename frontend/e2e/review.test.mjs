// The way of a template from a mistake in a draft to people and back, told by
// the four who walk it, each in a browser of their own: the owner, an editor,
// an approver and a viewer.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { keyCaller, memberCaller, until } from './caller.mjs'
import { openBrowser, openHouse, quietPage, signIn } from './house.mjs'
import { patience } from './slow.mjs'

const template = '/v1/templates/order.shipped'
const oldSubject = 'Order 1001 is on its way'
const newSubject = 'Your order 1001 has left our shop'
const password = 'quite a long password'

const people = {
  editor: { name: 'Edith', email: 'edith@example.com', role: 'Editor' },
  approver: { name: 'Arthur', email: 'arthur@example.com', role: 'Approver' },
  viewer: { name: 'Vera', email: 'vera@example.com', role: 'Viewer' },
}

describe('a template from a mistake to people and back', { timeout: patience(1_800_000) }, () => {
  let house
  let browser
  let shop
  let approval
  const at = {}
  const noises = {}
  const calls = {}

  before(async () => {
    house = await openHouse()
    browser = await openBrowser()
  })

  after(async () => {
    await browser?.close()
    await house?.close()
  })

  /** Reports an event as a shop does, and reads the subject of what came of it. */
  async function subjectOfNext() {
    const { event_id: id } = await shop.must(202, 'POST', '/v1/events', {
      type: 'order.shipped',
      to: ['sam'],
      data: { order_id: '1001' },
    })
    const [message] = await until(`an email of ${id}`, async () => {
      const found = await shop.must(200, 'GET', `/v1/messages?event=${id}&channel=email&status=sent,delivered`)
      return found.length > 0 && found
    })
    return (await shop.must(200, 'GET', `/v1/messages/${message.id}`)).content.subject
  }

  it('lets the owner invite an editor, an approver and a viewer, who join by the link', async () => {
    const { page: owner, noise } = await quietPage(browser, house)
    noises.owner = noise
    await signIn(owner, house)
    at.owner = owner
    calls.owner = await memberCaller(owner, house)
    await owner.goto('/settings/members')
    for (const [who, { name, email, role }] of Object.entries(people)) {
      await owner.getByRole('button', { name: 'Invite…' }).click()
      const dialog = owner.getByRole('dialog')
      await dialog.getByLabel('Email').fill(email)
      await dialog.getByLabel('Role').selectOption({ label: role })
      await dialog.getByRole('button', { name: 'Invite' }).click()
      const link = await dialog.getByRole('textbox', { name: 'Link' }).inputValue()
      await dialog.getByRole('button', { name: 'Close' }).last().click()
      await dialog.waitFor({ state: 'detached' })

      const { page, noise } = await quietPage(browser, house)
      noises[who] = noise
      await page.goto(link)
      await page.getByText(`invites you as ${role}`).waitFor()
      await page.getByLabel('Name').fill(name)
      await page.locator('input[name=password]').fill(password)
      await page.getByRole('button', { name: 'Join' }).click()
      await page.getByRole('heading', { name: 'Home' }).waitFor()
      at[who] = page
      calls[who] = await memberCaller(page, house)

      await page.goto(link)
      await page.getByText('This link does not work').waitFor()
    }
    await owner.reload()
    for (const { name } of Object.values(people)) await owner.getByRole('row', { name: new RegExp(name) }).waitFor()
    const key = await calls.owner.must(201, 'POST', '/v1/api-keys', {
      name: 'Shop',
      source: 'shop',
      scopes: ['events:write', 'read'],
    })
    shop = keyCaller(house, key.secret)
  })

  it('shows the editor a mistake where it is, and lets nothing go on before it is mended', async () => {
    const page = at.editor
    await page.goto('/templates')
    await page.getByRole('link', { name: 'Order shipped' }).click()
    const subject = page.getByRole('textbox', { name: 'Subject' })
    await subject.click()
    await page.keyboard.press('Control+A')
    await page.keyboard.insertText('Your order {{ order_idd }} has left our shop')
    const fault = page.getByRole('alert').filter({ hasText: 'order_idd' })
    await fault.filter({ hasText: /\(column \d+\)/ }).waitFor()
    await until('the mark below the wrong word', async () =>
      (await page.locator('.cm-lintRange-error').allTextContents()).some((text) => text.includes('order_idd')),
    )
    await page.getByText('Saved', { exact: true }).waitFor()
    const submit = page.getByRole('button', { name: 'Submit for approval' })
    await submit.and(page.locator(':disabled[title*=fault]')).waitFor()
    await calls.editor.must(422, 'POST', `${template}/submit`, { note: '' })

    await subject.click()
    await page.keyboard.press('Control+A')
    await page.keyboard.insertText('Your order {{ order_id }} has left our shop')
    await fault.waitFor({ state: 'detached' })
    await page.getByText('Saved', { exact: true }).waitFor()
    await until('the way on', () => submit.isEnabled())
  })

  it('shows the editor the email in Chinese on a phone', async () => {
    const page = at.editor
    const preview = page.getByRole('region', { name: 'Preview' })
    await preview.getByText(newSubject).waitFor()
    await page.getByRole('button', { name: /^zh-CN/ }).click()
    await preview.getByText('Phone', { exact: true }).click()
    await preview.getByText('订单 1001 已发货').waitFor()
    await preview.frameLocator('iframe').getByText('您的订单已发货').waitFor()
    await until('the width of a phone', async () => {
      const { width } = (await preview.locator('iframe').boundingBox()) ?? {}
      return width > 250 && width <= 375
    })
  })

  it('sends a test to the editor alone, marked as one', async () => {
    const page = at.editor
    const preview = page.getByRole('region', { name: 'Preview' })
    await preview.getByRole('button', { name: 'Send to myself', exact: true }).click()
    await preview.getByText('Test sent: follow it').click()
    await page.waitForURL('**/messages?**')
    await page.locator('tbody tr a').first().click()
    await page.waitForURL('**/messages/msg_*')
    await page.getByText('[Test] 订单 1001 已发货').waitFor()
    const sent = await calls.editor.must(200, 'GET', `/v1/messages/${page.url().split('/').pop()}`)
    assert.equal(sent.recipient.name, people.editor.name)
    const all = await calls.editor.must(200, 'GET', `/v1/messages?q=${sent.notification_id}`)
    assert.equal(all.length, 1, 'nobody else got it')
  })

  it('lets the editor submit it, and not approve it', async () => {
    const page = at.editor
    await page.goto('/templates/order.shipped')
    await page.getByRole('button', { name: 'Submit for approval' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Email · en · Subject').waitFor()
    await dialog.getByLabel('Note for the approver').fill('Say whose order it is')
    await dialog.getByRole('button', { name: 'Submit for approval' }).click()
    await page.getByRole('link', { name: 'Open the approval' }).click()
    await page.getByText('You cannot decide on this one').waitFor()
    assert.equal(await page.getByRole('button', { name: 'Approve and publish' }).count(), 0)
    approval = page.url().split('/').pop()
    const { present_hash: hash } = await calls.editor.must(200, 'GET', `/v1/approvals/${approval}`)
    for (const [path, body] of [
      [`/v1/approvals/${approval}/approve`, { hash, publish: true }],
      [`${template}/approve`, { hash, publish: true }],
      [`${template}/publish`, undefined],
    ]) {
      const refused = await calls.editor.must(403, 'POST', path, body)
      assert.equal(refused.error.type, 'forbidden')
    }
  })

  it('sends the old words while the new ones wait', async () => {
    assert.equal(await subjectOfNext(), oldSubject)
  })

  it('tells the approver, who decides on the difference', async () => {
    const page = at.approver
    await page.goto('/approvals')
    await page.getByRole('button', { name: /Notifications, \d+ unread/ }).click()
    await page.getByRole('dialog').getByText('waits for your approval').first().waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: /Order shipped/ }).click()
    await page.getByText('Say whose order it is').waitFor()
    const changes = page.getByRole('region', { name: 'Changes' })
    await changes.getByText('1 section changed').waitFor()
    await changes.getByText('Order {{ order_id }} is on its way').waitFor()
    await changes.getByText('Your order {{ order_id }} has left our shop').waitFor()
    const emails = page.getByRole('region', { name: 'As an email' })
    await emails.getByText(/^Order .* is on its way$/).waitFor()
    await emails.getByText(/^Your order .* has left our shop$/).waitFor()
    for (const side of [0, 1]) {
      await emails.frameLocator('iframe').nth(side).getByText('Your order is on its way').waitFor()
    }
    await page.getByRole('button', { name: 'Approve and publish' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Approve and publish' }).click()
    await page
      .getByRole('heading', { level: 1 })
      .getByText('Approved')
      .or(page.locator('main header').getByText('Approved'))
      .first()
      .waitFor()
  })

  it('sends the new words from then on', async () => {
    assert.equal(await subjectOfNext(), newSubject)
    await at.editor.goto('/templates/order.shipped')
    await at.editor.getByText('v2 is live').waitFor()
  })

  it('lets the approver go back to what was live before', async () => {
    const page = at.approver
    await page.goto('/templates/order.shipped?tab=versions')
    await page.getByRole('row', { name: /^v1 / }).getByRole('button', { name: 'Compare' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Go back to version 1' }).click()
    await page.getByText('v1 is live').waitFor()
    await page.getByText('Arthur went back to version 1').waitFor()
    assert.equal(await subjectOfNext(), oldSubject)
  })

  it('tells the owner all of it in the audit log', async () => {
    const page = at.owner
    const { member } = await calls.owner.must(200, 'GET', '/v1/auth/me')
    for (const [who, action, target] of [
      [member.name || member.email, 'invitation.create', ''],
      ['Edith', 'invitation.accept', ''],
      ['Edith', 'template.save', 'order.shipped'],
      ['Edith', 'template.submit', 'order.shipped'],
      // Long ids are shown by their ends.
      ['Arthur', 'approval.approve', `${approval.slice(0, 8)}…${approval.slice(-6)}`],
      ['Arthur', 'template.rollback', 'order.shipped'],
    ]) {
      await page.goto(`/settings/audit?q=${action}`)
      const row = page.getByRole('row').filter({ hasText: action }).filter({ hasText: who }).filter({ hasText: target })
      await row.first().waitFor()
    }
    await page.goto('/settings/audit?q=template.save')
    await page
      .getByRole('link', { name: /template\.save/ })
      .last()
      .click()
    const changes = page.getByRole('region', { name: 'What is different' })
    await changes.getByText('Your order {{ order_idd }} has left our shop').waitFor()
    await page.goto('/settings/audit')
    await page.getByRole('button', { name: 'Check the log' }).click()
    await page.getByText(/records checked: nothing was altered/).waitFor()
  })

  it('lets a viewer do none of it, through the page or without it', async () => {
    const page = at.viewer
    await page.goto('/templates/order.shipped')
    await page.getByRole('textbox', { name: 'Subject' }).waitFor()
    for (const name of ['Submit for approval', 'Send to myself', 'Publish']) {
      assert.equal(await page.getByRole('button', { name }).count(), 0, name)
    }
    const subject = page.getByRole('textbox', { name: 'Subject' })
    await subject.and(page.locator('[aria-readonly=true]')).waitFor()
    const words = await subject.textContent()
    await subject.click()
    await page.keyboard.type('Mine')
    assert.equal(await subject.textContent(), words)
    await page.getByText('Your role reads it').waitFor()
    await page.goto('/templates/order.shipped?tab=versions')
    await page.getByRole('row', { name: /^v2 / }).getByRole('button', { name: 'Compare' }).click()
    await page.getByRole('dialog').getByText('Email · en · Subject').waitFor()
    assert.equal(
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /Go back/ })
        .count(),
      0,
    )
    await page.goto(`/approvals/${approval}`)
    await page.getByRole('region', { name: 'Changes' }).waitFor()
    for (const name of ['Approve and publish', 'Ask for changes', 'Add comment']) {
      assert.equal(await page.getByRole('button', { name }).count(), 0, name)
    }
    for (const path of ['/settings/members', '/settings/audit', '/settings/api-keys']) {
      await page.goto(path)
      await page.getByText('You may not see this').waitFor()
    }
    const mine = { default_locale: 'en', channels: { sms: { en: { text: 'Mine' } } } }
    for (const [method, path, body] of [
      ['PUT', template, mine],
      ['POST', `${template}/test`, { channel: 'sms', locale: 'en', draft: mine }],
      ['POST', `${template}/submit`, { note: '' }],
      ['POST', `${template}/withdraw`],
      ['POST', `${template}/approve`, { hash: 'x' }],
      ['POST', `${template}/reject`, { comment: 'x' }],
      ['POST', `${template}/publish`],
      ['POST', `${template}/rollback`, { version: 2 }],
      ['POST', `${template}/retire`, { note: '' }],
      ['DELETE', `${template}/draft`],
      ['DELETE', template],
      ['POST', `/v1/approvals/${approval}/approve`, { hash: 'x' }],
      ['POST', `/v1/approvals/${approval}/reject`, { comment: 'x' }],
      ['POST', `/v1/approvals/${approval}/comment`, { section: '', body: 'x' }],
      ['POST', '/v1/events', { type: 'order.shipped', to: ['sam'], data: { order_id: '1' } }],
      ['POST', '/v1/invitations', { email: 'friend@example.com', role: 'owner' }],
      ['POST', '/v1/api-keys', { name: 'Mine', scopes: ['admin'] }],
      ['GET', '/v1/members'],
      ['GET', '/v1/audit'],
    ]) {
      const refused = await calls.viewer.must(403, method, path, body)
      assert.equal(refused.error.type, 'forbidden', `${method} ${path}`)
    }
    assert.equal(await subjectOfNext(), oldSubject)
  })

  it('says nothing in the console of anybody', () => {
    // A link that was used is answered with 404, and a refused preview of faulty words with 422: both are shown.
    const unasked = Object.entries(noises).flatMap(([who, noise]) =>
      noise
        .filter((line) => !/status of (404|422).*\/v1\/(auth\/invitation|templates\/[^/]+\/preview)$/.test(line))
        .map((line) => `${who}: ${line}`),
    )
    assert.deepEqual(unasked, [])
  })
})
