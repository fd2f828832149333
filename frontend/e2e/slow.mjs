// A machine that is slower than this one: SLOW=6 gives every page a
// sixth of a processor and answers that come late. What only works when a page
// keeps up with the fingers fails then, in a check and for people alike.
export const slowness = Math.max(1, Number(process.env.SLOW) || 1)

/** How long may be waited for something that comes: a guard against what never does, no measurement. */
export const patience = (milliseconds) => milliseconds * slowness

/** Slows a page down, over every navigation. */
export async function slowDown(page) {
  if (slowness === 1) return
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: slowness })
  await cdp.send('Network.enable')
  await cdp.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 20 * slowness,
    downloadThroughput: -1,
    uploadThroughput: -1,
  })
}
