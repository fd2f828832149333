import type { Run } from './mrkdwn'

type Marks = Omit<Run, 'text'>

const marks: Record<string, Marks> = {
  B: { bold: true },
  STRONG: { bold: true },
  I: { italic: true },
  EM: { italic: true },
  S: { strike: true },
  STRIKE: { strike: true },
  DEL: { strike: true },
  CODE: { code: true },
  PRE: { code: true },
}

/** Splits Telegram's HTML into runs. It only marks up text and never yields HTML; unknown marks are left out. */
export function telegramRuns(source: string): Run[] {
  const runs: Run[] = []
  const walk = (node: Node, around: Marks) => {
    for (const child of node.childNodes) {
      if (child instanceof Element) walk(child, { ...around, ...marks[child.tagName], ...linkOf(child) })
      else if (child.nodeType === Node.TEXT_NODE && child.textContent) runs.push({ text: child.textContent, ...around })
    }
  }
  walk(new DOMParser().parseFromString(`<body>${source}`, 'text/html').body, {})
  return runs
}

function linkOf(element: Element): Marks {
  const url = element.getAttribute('href') ?? ''
  return element.tagName === 'A' && /^https?:\/\//i.test(url) ? { url } : {}
}
