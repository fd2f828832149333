import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import type { EditorView } from '@uiw/react-codemirror'
import type { Partial } from './CodeEditor'

/** Completes the key of a partial inside the quotes of a render tag, and then what it can be given. */
export const partialsSource =
  (partials: readonly Partial[]) =>
  (context: CompletionContext): CompletionResult | null => {
    const key = context.matchBefore(/\{%-?\s*render\s+["'][\w.-]*/)
    if (key) {
      const quote = Math.max(key.text.lastIndexOf('"'), key.text.lastIndexOf("'"))
      return { from: key.from + quote + 1, options: partials.map(keyOf), validFor: /^[\w.-]*$/ }
    }
    const call = context.matchBefore(/\{%-?\s*render\s+["'][\w.-]+["']\s*,[^%}]*?[\w-]*/)
    const name = context.matchBefore(/,\s*[\w-]*/)
    if (!call || !name) return null
    const found = partials.find(({ key }) => new RegExp(`["']${key.replaceAll('.', '\\.')}["']`).test(call.text))
    const given = (parameter: string) => new RegExp(`,\\s*${parameter}\\s*:`).test(call.text)
    const options = (found?.parameters ?? [])
      .filter((parameter) => !given(parameter.name))
      .map(({ name: label, required }) => ({ label, type: 'property', apply: `${label}: `, boost: required ? 1 : 0 }))
    const typed = /[\w-]*$/.exec(name.text)?.[0] ?? ''
    return options.length > 0 ? { from: name.to - typed.length, options, validFor: /^[\w-]*$/ } : null
  }

function keyOf({ key, parameters }: Partial): Completion {
  const detail = parameters.map(({ name, required }) => (required ? name : `${name}?`)).join(', ')
  return { label: key, type: 'function', ...(detail ? { detail } : {}), apply: put }
}

/** Puts the key, and closes the quote and the tag unless that is done. */
function put(view: EditorView, { label }: Completion, from: number, to: number) {
  const quote = view.state.sliceDoc(from - 1, from)
  const after = view.state.sliceDoc(to, to + 40)
  const rest = after.startsWith(quote) ? '' : /^\s*-?%\}/.test(after) ? quote : `${quote} %}`
  view.dispatch({ changes: { from, to, insert: label + rest }, selection: { anchor: from + label.length + 1 } })
}
