// The ways in: by the company's own sign-in, and past a phone that was lost.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { memberCaller } from './caller.mjs'
import { openBrowser, openHouse, quietPage, signIn } from './house.mjs'
import { openIssuer } from './issuer.mjs'
import { patience } from './slow.mjs'

const people = {
  Olga: { email: 'olga@example.com', email_verified: true },
  Eve: { email: 'eve@example.org', email_verified: true },
  Mallory: { email: 'mallory@example.com', email_verified: false },
}
const password = 'quite a long password'

describe('the ways in', { timeout: patience(1_800_000) }, () => {
  let issuer
  let house
  let browser
  let owner
  let calls

  before(async () => {
    issuer = await openIssuer(people)
    house = await openHouse(issuer.settings)
    browser = await openBrowser()
    owner = (await quietPage(browser, house)).page
    await signIn(owner, house)
    calls = await memberCaller(owner, house)
  })

  after(async () => {
    await browser?.close()
    await house?.close()
    await issuer?.close()
  })

  /** Goes to the issuer by the button of the sign-in page and says who one is. */
  async function vouched(name) {
    const { page, noise } = await quietPage(browser, house)
    await page.goto('/')
    await page.getByRole('link', { name: 'Example Works' }).click()
    await page.getByRole('heading', { name: 'Who are you?' }).waitFor()
    await page.getByRole('link', { name, exact: true }).click()
    return { page, noise }
  }

  it('lets in whom the issuer vouches for, as what such people are', async () => {
    const { page, noise } = await vouched('Olga')
    await page.getByRole('heading', { name: 'Home' }).waitFor()
    const me = await (await memberCaller(page, house)).must(200, 'GET', '/v1/auth/me')
    assert.deepEqual([me.member.email, me.member.name, me.member.role], ['olga@example.com', 'Olga', 'viewer'])
    await page.reload()
    await page.getByRole('heading', { name: 'Home' }).waitFor()
    const [record] = await calls.must(200, 'GET', '/v1/audit?action=session.open&limit=1')
    assert.equal(record.actor.name, 'Olga')
    assert.deepEqual(noise, [])
    await page.context().close()
  })

  for (const [who, why] of [
    ['Eve', 'whose address is of another company'],
    ['Mallory', 'whose address nobody has verified'],
    ['Nobody', 'who gives up at the issuer'],
  ]) {
    it(`keeps out ${who}, ${why}, and says no more than that`, async () => {
      const { page } = await vouched(who)
      await page.getByRole('alert').waitFor()
      await page.locator('input[name=password]').waitFor()
      assert.equal((await page.context().cookies()).filter(({ name }) => name === 'clarion_session').length, 0)
      await page.context().close()
    })
  }

  it('lets an owner take the second step from a member who has lost the phone', async () => {
    const { link } = await calls.must(201, 'POST', '/v1/invitations', { email: 'edith@example.com', role: 'editor' })
    const { page } = await quietPage(browser, house)
    await page.goto(link)
    await page.getByLabel('Name').fill('Edith')
    await page.locator('input[name=password]').fill(password)
    await page.getByRole('button', { name: 'Join' }).click()
    await page.getByRole('heading', { name: 'Home' }).waitFor()
    const edith = await memberCaller(page, house)
    const { secret } = await edith.must(200, 'POST', '/v1/auth/two-factor', { current: password })
    await edith.must(200, 'POST', '/v1/auth/two-factor/confirm', { code: codeOf(secret) })

    await owner.goto('/settings/members')
    const row = owner.getByRole('row', { name: /Edith/ })
    await row.getByText('On', { exact: true }).waitFor()
    await row.getByRole('button', { name: 'Actions for Edith' }).click()
    await owner.getByRole('menuitem', { name: 'Reset second step' }).click()
    await owner.getByRole('dialog').getByText('make sure that it is really them').waitFor()
    await owner.getByRole('dialog').getByRole('button', { name: 'Reset second step' }).click()
    await row.getByText('On', { exact: true }).waitFor({ state: 'detached' })

    // She is signed out where she was, and the password alone lets her in again.
    await page.locator('input[name=password]').waitFor()
    await page.locator('input[name=email]').fill('edith@example.com')
    await page.locator('input[name=password]').fill(password)
    await page.locator('button[type=submit]').click()
    await page.getByRole('heading', { name: 'Home' }).waitFor()
    const [record] = await calls.must(200, 'GET', '/v1/audit?action=member.reset_two_factor&limit=1')
    assert.equal(record.action, 'member.reset_two_factor')
    await page.context().close()
  })
})

/** The code of this moment (RFC 6238) of a secret in base 32. */
function codeOf(secret) {
  const bits = [...secret]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)))
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)))
  const sum = createHmac('sha1', key).update(step).digest()
  const at = sum[19] & 15
  return String((sum.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}
