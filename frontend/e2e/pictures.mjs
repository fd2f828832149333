// The pictures of the README: a few pages, small enough for a repository.
import { join } from 'node:path'
import { fill } from './filled.mjs'
import { newPage, openHouse, signIn } from './house.mjs'
import { settled } from './routes.mjs'

const album = [
  { name: 'home', address: '/' },
  { name: 'message', list: '/messages?channel=email&workflow=order.shipped' },
  {
    name: 'sandbox',
    address: '/sandbox?channel=email',
    look: { scheme: 'dark', locale: 'zh-CN' },
    choose: '订单 1001 已发货',
  },
  { name: 'template', address: '/templates/order.shipped', look: { height: 660 } },
  { name: 'workflow', address: '/workflows/system.down', look: { scheme: 'dark' } },
  { name: 'approval', list: '/approvals' },
  { name: 'channels', address: '/channels' },
]

export async function pictures(browser, folder) {
  const house = await openHouse()
  try {
    const first = await newPage(browser, house)
    await signIn(first, house)
    await fill(first, house)
    const state = await first.context().storageState()
    await first.context().close()
    for (const { name, address, list, look, choose } of album) {
      const page = await newPage(browser, house, { width: 1200, height: 760, ...look, storageState: state })
      await page.goto(address ?? list)
      await settled(page)
      if (list) await page.locator('tbody tr a').first().click()
      if (choose) await page.locator('main li a').filter({ hasText: choose }).first().click()
      await settled(page)
      // An email in its frame is painted after the page around it.
      await Promise.all(page.frames().map((frame) => frame.waitForLoadState()))
      await page.waitForTimeout(700)
      await page.screenshot({ path: join(folder, `${name}.png`) })
      await page.context().close()
    }
  } finally {
    await house.close()
  }
}
