const browsers = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Chrome|CriOS|HeadlessChrome)\//],
  ['Safari', /\bSafari\//],
  ['curl', /^curl\//],
] as const
const systems = [
  ['Android', /\bAndroid\b/],
  ['iOS', /\b(?:iPhone|iPad)\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b/],
  ['Linux', /\bLinux\b/],
] as const

/** A browser in words people know: "Firefox · Linux". */
export function deviceOf(userAgent: string): string | undefined {
  const name = (list: readonly (readonly [string, RegExp])[]) => list.find(([, shape]) => shape.test(userAgent))?.[0]
  return [name(browsers), name(systems)].filter(Boolean).join(' · ') || undefined
}
