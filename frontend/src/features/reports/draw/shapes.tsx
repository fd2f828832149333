/** How many series look different. */
export const looks = 8

/** Lines and dots laid over a series' colour: no two series differ by colour alone. */
const patterns = [
  '',
  'M0 8 L8 0 M-2 2 L2 -2 M6 10 L10 6',
  'M2 2h1.6v1.6h-1.6z M6 6h1.6v1.6h-1.6z',
  'M0 0 L8 8 M6 -2 L10 2 M-2 6 L2 10',
  'M0 4 H8',
  'M4 0 V8',
  'M0 4 H8 M4 0 V8',
  'M0 2 H8 M0 6 H8',
]

const dashes = ['', '7 3', '2 3', '9 3 2 3', '12 4', '4 4', '1 3', '14 3 3 3']

export const colourOf = (place: number) => `var(--series-${(place % looks) + 1})`
export const dashOf = (place: number) => dashes[place % looks] ?? ''
export const fillOf = (id: string, place: number) =>
  place % looks === 0 ? colourOf(0) : `url(#${id}-${place % looks})`

/** The fills of a drawing; its id keeps them apart from those of others. */
export function Fills({ id }: { id: string }) {
  return (
    <defs>
      {patterns.slice(1).map((path, index) => (
        <pattern key={path} id={`${id}-${index + 1}`} width={8} height={8} patternUnits="userSpaceOnUse">
          <rect width={8} height={8} fill={colourOf(index + 1)} />
          <path d={path} stroke="var(--surface)" strokeOpacity={0.55} strokeWidth={1.4} fill="none" />
        </pattern>
      ))}
    </defs>
  )
}

/** The mark of a series on a line: each has a form of its own. */
export function Mark({ place, x, y, size = 3.2 }: { place: number; x: number; y: number; size?: number }) {
  const s = size
  const paths = [
    `M${x - s} ${y}a${s} ${s} 0 1 0 ${2 * s} 0a${s} ${s} 0 1 0 ${-2 * s} 0`,
    `M${x - s} ${y - s}h${2 * s}v${2 * s}h${-2 * s}z`,
    `M${x} ${y - s * 1.3}l${s * 1.2} ${s * 2.2}h${-s * 2.4}z`,
    `M${x} ${y - s * 1.35}l${s * 1.35} ${s * 1.35}l${-s * 1.35} ${s * 1.35}l${-s * 1.35} ${-s * 1.35}z`,
    `M${x} ${y + s * 1.3}l${s * 1.2} ${-s * 2.2}h${-s * 2.4}z`,
    `M${x - s} ${y - s}l${2 * s} ${2 * s}m0 ${-2 * s}l${-2 * s} ${2 * s}`,
    `M${x - s} ${y}h${2 * s}M${x} ${y - s}v${2 * s}`,
    `M${x - s} ${y - s / 2}h${2 * s}v${s}h${-2 * s}z`,
  ]
  return <path d={paths[place % looks]} fill={colourOf(place)} stroke={colourOf(place)} strokeWidth={1.4} />
}

/** The little sample of a series in a legend. */
export function Sample({ id, place, line }: { id: string; place: number; line: boolean }) {
  return (
    <svg width={18} height={12} aria-hidden>
      {line ? (
        <>
          <path d="M0 6H18" stroke={colourOf(place)} strokeWidth={1.8} strokeDasharray={dashOf(place)} />
          <Mark place={place} x={9} y={6} />
        </>
      ) : (
        <rect width={18} height={12} rx={2} fill={fillOf(id, place)} />
      )}
    </svg>
  )
}
