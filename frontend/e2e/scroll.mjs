// Scrolls through every list of a full house as with a wheel and says how even
// the frames come and how much is drawn:
//   go run ./backend/cmd/bench -only lists -hold pgx     (says where it answers)
//   CLARION_URL=… CLARION_ADMIN_EMAIL=… CLARION_ADMIN_PASSWORD=… npm run scroll
import { newPage, openBrowser, openHouse, signIn } from './house.mjs'
import { paths, settled } from './routes.mjs'

const seconds = Number(process.env.SECONDS_EACH ?? 4)
const [...more] = process.argv.slice(2)
const house = await openHouse({ CLARION_DEMO: 'true' })
const browser = await openBrowser()
try {
  const page = await newPage(browser, house)
  await signIn(page, house)
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
  const heads = [
    'list',
    'first rows',
    'scrolled to',
    'frame: median',
    '95th',
    'worst',
    'work for 10 rows',
    'blank',
    'rows drawn',
    'elements',
  ]
  process.stdout.write(`| ${heads.join(' | ')} |\n|${'---|'.repeat(heads.length)}\n`)
  for (const path of [...paths.filter((path) => !/\$|\/new$/.test(path)), ...more]) await scroll(page, cdp, path)
} finally {
  await browser.close()
  await house.close()
}

async function scroll(page, cdp, path) {
  const began = Date.now()
  await page.goto(path)
  await settled(page)
  if ((await page.locator('tbody[data-rows] tr[data-row]').count()) < 30) return
  const first = Date.now() - began
  await page.evaluate(watch)
  await page.mouse.move(720, 500)
  const before = await busy(cdp)
  const until = Date.now() + seconds * 1000
  while (Date.now() < until) await page.mouse.wheel(0, 240)
  const seen = await page.evaluate(() => window.seen())
  const work = (1000 * 10 * ((await busy(cdp)) - before)) / Math.max(10, seen.reached)
  const frames = seen.frames.sort((a, b) => a - b)
  const at = (share) => `${frames[Math.min(frames.length - 1, Math.floor(share * frames.length))].toFixed(0)} ms`
  const cells = [
    `\`${path}\``,
    `${first} ms`,
    seen.reached,
    at(0.5),
    at(0.95),
    at(1),
    `${work.toFixed(0)} ms`,
    `${seen.blank} of ${frames.length}`,
    seen.drawn,
    seen.elements,
  ]
  process.stdout.write(`| ${cells.join(' | ')} |\n`)
}

/** How many seconds the page's main thread has worked, whatever else the machine did. */
async function busy(cdp) {
  const { metrics } = await cdp.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'TaskDuration').value
}

/** Runs in the page: notes the time between frames, and frames in which a row that can be seen is not drawn. */
function watch() {
  const frames = []
  let last = performance.now()
  let blank = 0
  let going = true
  const gaps = () => [...document.querySelectorAll('tbody[data-rows] tr[aria-hidden]')]
  const note = (now) => {
    frames.push(now - last)
    last = now
    const seen = (gap) => {
      const { top, bottom } = gap.getBoundingClientRect()
      return bottom > 100 && top < innerHeight
    }
    if (gaps().some(seen)) blank += 1
    if (going) requestAnimationFrame(note)
  }
  requestAnimationFrame(note)
  window.seen = () => {
    going = false
    const drawn = document.querySelectorAll('tr[data-row]')
    return {
      frames: frames.slice(1),
      blank,
      drawn: drawn.length,
      reached: Number(drawn[drawn.length - 1]?.dataset.row ?? -1) + 1,
      elements: document.querySelectorAll('*').length,
    }
  }
}
