// The frame has no scripts and no origin; this keeps it from loading anything
// either, so that looking at an email here never counts as opening it.
const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:">`

/** An email's HTML made ready for a sandboxed frame. */
export function emailDocument(html: string): string {
  const head = /<head[^>]*>/i.exec(html)
  if (!head) return `<!doctype html><html><head>${policy}</head><body>${html}</body></html>`
  const end = head.index + head[0].length
  return html.slice(0, end) + policy + html.slice(end)
}
