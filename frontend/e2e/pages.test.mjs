// Every page there is: clean for axe in each theme and language, no wider than
// its window, silent in the console. Both walks go on at the same time.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { issuer } from './filled.mjs'
import { openBrowser, openHouse } from './house.mjs'
import { prepared, walk, walks } from './looks.mjs'
import { guestPaths } from './routes.mjs'
import { patience } from './slow.mjs'

describe('every page', { timeout: patience(3_600_000) }, () => {
  let house
  let browser
  let place
  let seen

  before(async () => {
    house = await openHouse(issuer)
    browser = await openBrowser()
    place = { browser, house, ...(await prepared(browser, house)) }
    seen = await Promise.all(walks.map((each) => walk(place, each)))
  })

  after(async () => {
    await browser?.close()
    await house?.close()
  })

  it('is there to be looked at', () => {
    assert.deepEqual(place.known.unseen, [])
    assert.equal(place.known.guests.includes(undefined), false, `no address for one of ${guestPaths}`)
  })

  for (const [index, { locale, schemes }] of walks.entries()) {
    const name = `${locale}, ${schemes.join(' and ')}`
    it(`is clean for axe: ${name}`, () => assert.deepEqual(seen[index].found, []))
    it(`does not scroll sideways at 1024 and 390 px: ${name}`, () => assert.deepEqual(seen[index].wide, []))
    it(`says nothing in the console: ${name}`, () => assert.deepEqual(seen[index].noise, []))
  }
})
