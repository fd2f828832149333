const schemes = new Set(['http:', 'https:', 'mailto:'])

/** A link from a template, if it is one that may be followed. */
export function safeLink(url: string | undefined): string | undefined {
  if (!url) return undefined
  try {
    const parsed = new URL(url, location.origin)
    return schemes.has(parsed.protocol) ? parsed.href : undefined
  } catch {
    return undefined
  }
}
