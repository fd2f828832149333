/** Delay before reconnect number `attempt` (from 0): exponential, half of it random, so that clients spread out. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(30_000, 500 * 2 ** Math.min(attempt, 10))
  return ceiling / 2 + (random() * ceiling) / 2
}
