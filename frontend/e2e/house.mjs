// Starts what a browser check needs: a Clarion with everything embedded and an
// empty data folder, or the one at CLARION_URL; and Debian's Chromium.
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { patience, slowDown } from './slow.mjs'

const binary = fileURLToPath(new URL('../../bin/clarion', import.meta.url))
const member = {
  email: process.env.CLARION_ADMIN_EMAIL ?? 'owner@example.com',
  password: process.env.CLARION_ADMIN_PASSWORD ?? 'a long enough password',
}

/**
 * A running Clarion with further settings: its address, who may sign in, and how to
 * end it. It can be killed as a power cut would, and started again where it was.
 */
export async function openHouse(settings = {}) {
  if (process.env.CLARION_URL) return { url: process.env.CLARION_URL, member, close: async () => {} }
  const data = await mkdtemp(join(tmpdir(), 'clarion-e2e-'))
  const listen = `127.0.0.1:${await freePort()}`
  const url = `http://${listen}`
  const env = {
    ...process.env,
    CLARION_LISTEN: listen,
    CLARION_DATA_DIR: data,
    CLARION_ADMIN_EMAIL: member.email,
    CLARION_ADMIN_PASSWORD: member.password,
    ...settings,
  }
  let server
  const end = async (signal) => {
    if (server.exitCode !== null || server.signalCode !== null) return
    const ended = new Promise((resolve) => server.once('exit', resolve))
    server.kill(signal)
    await ended
  }
  const close = async () => {
    await end('SIGTERM')
    await rm(data, { recursive: true, force: true, maxRetries: 5 })
  }
  const start = async () => {
    server = spawn(process.env.CLARION_BINARY ?? binary, ['serve'], { env, stdio: ['ignore', 'ignore', 'inherit'] })
    await ready(url, server)
  }
  try {
    await start()
  } catch (error) {
    await close()
    throw error
  }
  return { url, member, close, start, kill: () => end('SIGKILL') }
}

async function ready(url, server) {
  const deadline = Date.now() + patience(300_000)
  while (Date.now() < deadline) {
    const ended = server.exitCode ?? server.signalCode
    if (ended !== null) throw new Error(`clarion ended with ${ended} before it was ready`)
    const answer = await fetch(`${url}/readyz`).catch(() => undefined)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${url} was not ready in time`)
}

// Below the ports that a system gives away by itself: one that was free is still free
// when a server comes for it, and when it comes back. Stories that run side by side
// look in different places.
let candidate = 12_000 + (process.pid % 900) * 20

/** A port of loopback that is free, and not asked for twice. */
export async function freePort() {
  for (;;) {
    const port = candidate++
    if (await isFree(port)) return port
  }
}

function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}

export function openBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    timeout: patience(300_000),
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

/** A page of its own session, in the given scheme and language; with a kept state, already signed in. */
export async function newPage(
  browser,
  house,
  { scheme = 'light', locale = 'en-GB', width = 1440, height = 900, storageState } = {},
) {
  const context = await browser.newContext({
    baseURL: house.url,
    storageState,
    colorScheme: scheme,
    locale,
    viewport: { width, height },
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  page.setDefaultTimeout(patience(180_000))
  await slowDown(page)
  return page
}

/** A page of a member of this name whom the owner's caller invites with a role. */
export async function joined(browser, house, { owner, name, role }) {
  const { link } = await owner.must(201, 'POST', '/v1/invitations', { email: `${name}@example.com`, role })
  const { page, noise } = await quietPage(browser, house)
  await page.goto(link)
  await page.getByLabel('Name').fill(name)
  await page.locator('input[name=password]').fill('quite a long password')
  await page.getByRole('button', { name: 'Join' }).click()
  await page.getByRole('heading', { name: 'Home' }).waitFor()
  return { page, noise }
}

/** A page whose scripts must not fail and whose policy must not be broken: what it says of that is `noise`. */
export async function quietPage(browser, house, options) {
  const page = await newPage(browser, house, options)
  const noise = []
  page.on('pageerror', (error) => noise.push(String(error)))
  page.on('console', (message) => {
    // A 401 is how the page learns that nobody is signed in; a port or an id may hold the same digits.
    if (message.type() !== 'error' || /(status of|response code:) 401\b/.test(message.text())) return
    // The frame of an email refuses what the email asks it to load: that is its work.
    if (message.text().includes('Content Security Policy') && message.location().url.startsWith('about:srcdoc')) return
    noise.push(`${message.text()} at ${message.location().url}`)
  })
  return { page, noise }
}

export async function signIn(page, house) {
  await page.goto('/')
  await page.locator('input[name=email]').fill(house.member.email)
  await page.locator('input[name=password]').fill(house.member.password)
  await page.locator('button[type=submit]').click()
  await page.locator('main h1').waitFor()
  // In a narrow window it is behind a menu.
  await page.locator('nav').first().waitFor({ state: 'attached' })
}
