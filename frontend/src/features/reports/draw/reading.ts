/** A figure of a drawing: where it stands in it, and what draws it. */
export interface Point {
  x: number
  y: number
  element: SVGGElement
}

/** The figures of a drawing, from left to right and from the top down. */
export function pointsIn(drawing: Element): Point[] {
  const points = [...drawing.querySelectorAll<SVGGElement>('[data-at]')].map((element) => {
    const [x = 0, y = 0] = (element.dataset.at ?? '').split(' ').map(Number)
    return { x, y, element }
  })
  return points.sort((a, b) => a.x - b.x || a.y - b.y)
}

const ways: Record<string, [number, number]> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
}

/** Whether a key moves over a drawing. */
export const moves = (key: string) => key in ways || key === 'Home' || key === 'End'

type Place = Pick<Point, 'x' | 'y'>

/** Where a key leads from a figure: to the nearest that way, or nowhere. Whoever is on none yet comes to the first. */
export function next<P extends Place>(points: readonly P[], from: Place | undefined, key: string): P | undefined {
  if (key === 'End') return points.at(-1)
  if (key === 'Home' || !from) return points[0]
  const [dx, dy] = ways[key] ?? [0, 0]
  const ahead = points.filter(({ x, y }) => (dx !== 0 ? (x - from.x) * dx > 0 : x === from.x && (y - from.y) * dy > 0))
  const far = ({ x, y }: Place) => Math.abs(x - from.x) * 10_000 + Math.abs(y - from.y)
  return ahead.reduce<P | undefined>((best, point) => (best && far(best) <= far(point) ? best : point), undefined)
}
