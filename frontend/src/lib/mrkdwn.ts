/** A run of Slack's mrkdwn. */
export interface Run {
  text: string
  bold?: boolean
  italic?: boolean
  strike?: boolean
  code?: boolean
  url?: string
}

const pattern =
  /<(?<url>(?:https?:|mailto:)[^|>\s]+)(?:\|(?<label>[^>]+))?>|`(?<code>[^`\n]+)`|(?<![\w*])\*(?<bold>[^*\n]+)\*(?![\w*])|(?<![\w_])_(?<italic>[^_\n]+)_(?![\w_])|(?<![\w~])~(?<strike>[^~\n]+)~(?![\w~])/g

/** Splits mrkdwn into runs. It only marks up text and never yields HTML. */
export function mrkdwn(source: string): Run[] {
  const runs: Run[] = []
  let last = 0
  for (const match of source.matchAll(pattern)) {
    if (match.index > last) runs.push({ text: unescape(source.slice(last, match.index)) })
    runs.push(runOf(match.groups ?? {}))
    last = match.index + match[0].length
  }
  if (last < source.length) runs.push({ text: unescape(source.slice(last)) })
  return runs
}

function runOf(found: Record<string, string | undefined>): Run {
  const { url, label, code, bold, italic, strike } = found
  if (url) return { text: unescape(label ?? url), url: unescape(url) }
  if (code) return { text: unescape(code), code: true }
  if (bold) return { text: unescape(bold), bold: true }
  if (italic) return { text: unescape(italic), italic: true }
  return { text: unescape(strike ?? ''), strike: true }
}

function unescape(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}
