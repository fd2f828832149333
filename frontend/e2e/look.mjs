// Takes pictures of every page for people to look at:
//   node frontend/e2e/look.mjs <folder> [empty|full]
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { newPage, openBrowser, openHouse, signIn } from './house.mjs'

const [folder = 'shots', state = 'full'] = process.argv.slice(2)
await mkdir(folder, { recursive: true })
const house = await openHouse()
const browser = await openBrowser()
try {
  for (const scheme of ['light', 'dark']) {
    for (const locale of ['en-GB', 'zh-CN']) {
      const page = await newPage(browser, house, { scheme, locale })
      await page.goto('/')
      await page.locator('form').waitFor()
      const shoot = (name) => page.screenshot({ path: join(folder, `${state}-${name}-${scheme}-${locale}.png`) })
      await shoot('signin')
      await signIn(page, house)
      await tour(page, shoot)
      await page.context().close()
    }
  }
} finally {
  await browser.close()
  await house.close()
}

async function tour(page, shoot) {
  const visit = async (path) => {
    await page.goto(path)
    await page.locator('main h1').waitFor()
    await page.waitForTimeout(700)
  }
  for (const name of ['', 'messages', 'events', 'failures', 'sandbox']) {
    await visit(`/${name}`)
    await shoot(name || 'home')
  }
  if (state !== 'full') return
  for (const channel of ['email', 'sms', 'push', 'slack']) {
    await visit(`/sandbox?channel=${channel}`)
    await shoot(`sandbox-${channel}`)
  }
  for (const status of ['delivered', 'failed', 'unknown']) {
    await visit(`/messages?status=${status}`)
    const first = page.locator('tbody tr a').first()
    if ((await first.count()) === 0) continue
    await first.click()
    await page.locator('#timeline').waitFor()
    await page.waitForTimeout(500)
    await shoot(`message-${status}`)
  }
  await visit('/events')
  await page.locator('tbody tr a').first().click()
  await page.locator('#outcomes').waitFor()
  await page.waitForTimeout(500)
  await shoot('event')
  await page.getByRole('button', { name: /^(Notifications|通知)/ }).click()
  await page.waitForTimeout(600)
  await shoot('bell')
}
