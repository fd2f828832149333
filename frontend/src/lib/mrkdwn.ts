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
    if (match.index > last) runs.push({ text: plainText(source.slice(last, match.index)) })
    runs.push(runOf(match.groups ?? {}))
    last = match.index + match[0].length
  }
  if (last < source.length) runs.push({ text: plainText(source.slice(last)) })
  return runs
}

function runOf(found: Record<string, string | undefined>): Run {
  const { url, label, code, bold, italic, strike } = found
  if (url) return { text: plainText(label ?? url), url: plainText(url) }
  if (code) return { text: plainText(code), code: true }
  if (bold) return { text: plainText(bold), bold: true }
  if (italic) return { text: plainText(italic), italic: true }
  return { text: plainText(strike ?? ''), strike: true }
}

function plainText(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}
