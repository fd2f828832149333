// What a person does on the first day, in a real browser against a real server.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openBrowser, openHouse, quietPage, signIn } from './house.mjs'
import { keyboard } from './keys.mjs'
import { patience } from './slow.mjs'

let house
let browser

before(async () => {
  house = await openHouse()
  browser = await openBrowser()
})

after(async () => {
  await browser?.close()
  await house?.close()
})

describe('the first day', { timeout: patience(1_800_000) }, () => {
  it('sends the event of Home, sees its messages arrive, hears the bell and finds the story', async () => {
    const { page, noise } = await quietPage(browser, house)
    await signIn(page, house)
    const rows = page.locator('section[aria-labelledby=tail] tbody tr')
    await page.getByText('Live', { exact: true }).waitFor()
    assert.equal(await rows.count(), 0, 'nothing was sent before')
    await page.getByRole('button', { name: 'Send it' }).click()
    await page.getByText(/Accepted as evt_/).waitFor()
    await rows.nth(9).waitFor()
    await page.getByRole('button', { name: /Notifications, \d+ unread/ }).click()
    const inbox = page.getByRole('dialog')
    await inbox.getByText('Order 1001 is on its way').first().waitFor()
    await inbox.getByRole('button', { name: 'Mark all as read' }).click()
    await page.getByRole('button', { name: 'Notifications', exact: true }).waitFor()
    await page.keyboard.press('Escape')

    await page.getByText(/Accepted as evt_/).click()
    await page.getByRole('heading', { name: 'Event order.shipped' }).waitFor()
    await page.waitForFunction(
      () => document.querySelectorAll('section[aria-labelledby=messages] tbody tr').length === 10,
    )
    await page.getByRole('link', { name: /^Ada.*, Email/ }).click()
    await page.getByRole('heading', { name: 'What happened' }).waitFor()
    await page.getByText('It was delivered.').waitFor()
    const frame = page.frameLocator('iframe[title="Email as the recipient sees it"]')
    await frame.getByText('1001').first().waitFor()
    assert.deepEqual(noise, [])
    await page.context().close()
  })

  it('shows in the sandbox what people received, on every channel', async () => {
    const { page, noise } = await quietPage(browser, house)
    await signIn(page, house)
    for (const [channel, label] of [
      ['email', 'Email as the recipient sees it'],
      ['sms', 'Text message as the recipient sees it'],
      ['push', 'Push notification as the recipient sees it'],
      ['slack', 'Slack post as the recipient sees it'],
    ]) {
      await page.goto(`/sandbox?channel=${channel}`)
      await page.getByRole('article', { name: label }).waitFor()
    }
    assert.deepEqual(noise, [])
    await page.context().close()
  })

  it('keeps filters in the address over a reload and the back button', async () => {
    const { page } = await quietPage(browser, house)
    await signIn(page, house)
    await page.goto('/messages?channel=sms')
    await page.locator('tbody tr').first().waitFor()
    const channels = await page.locator('tbody td:nth-child(3)').allTextContents()
    assert.deepEqual([...new Set(channels)], ['SMS'])
    await page.locator('tbody tr a').first().click()
    await page.locator('#timeline').waitFor()
    await page.goBack()
    await page.locator('tbody tr').first().waitFor()
    assert.equal(new URL(page.url()).search, '?channel=sms')
    await page.reload()
    await page.getByRole('button', { name: 'Channel: SMS' }).waitFor()
    await page.context().close()
  })

  it('opens a pasted id and any page from the keyboard alone', async () => {
    const { page } = await quietPage(browser, house)
    await signIn(page, house)
    await page.goto('/messages')
    const link = await page.locator('tbody tr a').first().getAttribute('href')
    const id = link.split('/').pop()
    const chosen = (hasText) => page.locator('.mantine-Spotlight-action[data-selected]').filter({ hasText }).waitFor()
    await page.keyboard.press('Control+K')
    await page.getByPlaceholder('Page, name, or paste an id').fill(id)
    await chosen(`Open ${id}`)
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/messages/${id}`)
    await page.keyboard.press('Control+K')
    await page.getByPlaceholder('Page, name, or paste an id').fill('fail')
    await chosen('Failures')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/failures')
    await page.context().close()
  })

  it('builds a workflow by keys alone, tries it and runs it into the sandbox', async () => {
    const { page, noise } = await quietPage(browser, house)
    await signIn(page, house)
    await page.goto('/workflows/account.created')
    await page.getByRole('button', { name: 'Add a step at place 3' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'SMS' }).waitFor()
    await keyboard(page).choose('SMS')
    await page.getByText('template account.created has no SMS content').first().waitFor()
    await page.getByRole('button', { name: 'Move Step 3, sms by dragging' }).focus()
    // Each key waits for what a screen reader hears of the one before.
    await page.keyboard.press('Space')
    await page.getByText('Now at place 3').waitFor({ state: 'attached' })
    await page.keyboard.press('ArrowUp')
    await page.getByText('Now at place 2').waitFor({ state: 'attached' })
    await page.keyboard.press('Space')
    await page.getByRole('article', { name: 'Step 2, sms' }).waitFor()
    await page.getByText('Draft saved').waitFor()
    await page.getByText('Test', { exact: true }).click()
    await page.getByRole('button', { name: 'Simulate' }).focus()
    await page.keyboard.press('Enter')
    await page.getByText('Would be sent').first().waitFor()
    await page.getByRole('button', { name: 'Run in the sandbox' }).focus()
    await page.keyboard.press('Enter')
    const run = page.getByRole('region', { name: 'What happens in this test run' })
    await run.getByText('It was delivered.').first().waitFor()
    await page.reload()
    await page.getByRole('article', { name: 'Step 2, sms' }).waitFor()
    assert.deepEqual(noise, [])
    await page.context().close()
  })

  it('remembers language and theme, and signs out', async () => {
    const { page } = await quietPage(browser, house)
    await signIn(page, house)
    await page.getByRole('button', { name: 'Language' }).click()
    await page.getByRole('menuitemradio', { name: '简体中文' }).click()
    await page.getByRole('heading', { name: '首页' }).waitFor()
    await page.getByRole('button', { name: '主题' }).click()
    await page.getByRole('menuitemradio', { name: '深色' }).click()
    await page.reload()
    await page.getByRole('heading', { name: '首页' }).waitFor()
    await page.locator('html[data-mantine-color-scheme=dark][lang=zh-CN]').waitFor({ state: 'attached' })
    await page.getByRole('button', { name: /^账户/ }).click()
    await page.getByRole('menuitem', { name: '退出登录' }).click()
    await page.locator('input[name=password]').waitFor()
    await page.context().close()
  })

  it('recovers by itself when the connection comes back', async () => {
    const { page } = await quietPage(browser, house)
    await signIn(page, house)
    await page.getByText('Live', { exact: true }).waitFor()
    await house.kill()
    await page.getByText('Reconnecting', { exact: true }).waitFor()
    await house.start()
    await page.getByText('Live', { exact: true }).waitFor()
    await page.context().close()
  })
})
