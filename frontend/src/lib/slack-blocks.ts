/** The Block Kit kinds that a notification uses, reduced to what is seen. */
export type Block =
  | { kind: 'header'; text: string }
  | { kind: 'section'; text: string; fields: string[] }
  | { kind: 'context'; text: string }
  | { kind: 'buttons'; labels: string[] }
  | { kind: 'divider' }

/** Reads Block Kit JSON. A kind it does not know becomes its text, if it has one. */
export function blocksOf(source: unknown): Block[] {
  const list = typeof source === 'string' ? parse(source) : source
  return Array.isArray(list) ? list.map(blockOf).filter((block) => block !== undefined) : []
}

function blockOf(source: unknown): Block | undefined {
  const block = record(source)
  const text = textOf(block.text)
  const elements = Array.isArray(block.elements) ? block.elements.map(record) : []
  switch (block.type) {
    case 'divider':
      return { kind: 'divider' }
    case 'header':
      return { kind: 'header', text }
    case 'context':
      return { kind: 'context', text: elements.map((each) => textOf(each.text ?? each)).join('  ') }
    case 'actions':
      return { kind: 'buttons', labels: elements.map((each) => textOf(each.text)).filter(Boolean) }
    default: {
      const fields = Array.isArray(block.fields) ? block.fields.map(textOf).filter(Boolean) : []
      return text || fields.length > 0 ? { kind: 'section', text, fields } : undefined
    }
  }
}

function textOf(source: unknown): string {
  if (typeof source === 'string') return source
  const { text, alt_text } = record(source)
  return typeof text === 'string' ? text : typeof alt_text === 'string' ? alt_text : ''
}

function record(source: unknown): Record<string, unknown> {
  return source !== null && typeof source === 'object' ? (source as Record<string, unknown>) : {}
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
