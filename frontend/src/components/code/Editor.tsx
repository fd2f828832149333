import { json } from '@codemirror/lang-json'
import { liquid, liquidLanguage } from '@codemirror/lang-liquid'
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint'
import type { Extension } from '@codemirror/state'
import CodeMirror, { EditorView, type ReactCodeMirrorRef } from '@uiw/react-codemirror'
import { useEffect, useMemo, useRef } from 'react'
import type { CodeEditorProps, Fault } from './CodeEditor'
import { look } from './look'
import { partialsSource } from './partials'

const basics = {
  lineNumbers: true,
  foldGutter: false,
  highlightActiveLine: false,
  searchKeymap: false,
  syntaxHighlighting: false,
}

export default function Editor(props: CodeEditorProps) {
  const { label, value, onChange, readOnly = false, minHeight = '120px', maxHeight, faults, onReady } = props
  const editor = useRef<ReactCodeMirrorRef>(null)
  const extensions = useExtensions(props)
  useFaults(editor, faults, value)
  return (
    <CodeMirror
      ref={editor}
      value={value}
      theme="none"
      basicSetup={basics}
      indentWithTab={false}
      readOnly={readOnly}
      minHeight={minHeight}
      {...(maxHeight ? { maxHeight } : {})}
      extensions={extensions}
      onChange={onChange}
      onCreateEditor={(view) => {
        onReady?.((text) => insert(view, text))
        view.contentDOM.setAttribute('aria-label', label)
      }}
    />
  )
}

function useExtensions({ label, language, variables, properties, filters, partials }: CodeEditorProps): Extension[] {
  return useMemo(() => {
    // What is longer than its place, and what is only read: keys must reach it to scroll.
    const named = EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' })
    const config = {
      variables: [...(variables ?? [])],
      filters: [...(filters ?? [])],
      properties: (path: readonly string[]) => [...(properties?.(path) ?? [])],
    }
    const keys = liquidLanguage.data.of({ autocomplete: partialsSource(partials ?? []) })
    const spoken = language === 'json' ? [json()] : language === 'text' ? [] : [liquid(config), keys]
    return [look, named, lintGutter(), ...spoken]
  }, [label, language, variables, properties, filters, partials])
}

function insert(view: EditorView, text: string) {
  view.dispatch(view.state.replaceSelection(text))
  view.focus()
}

/** Shows the server's faults where they are. */
function useFaults(
  editor: { current: ReactCodeMirrorRef | null },
  faults: readonly Fault[] | undefined,
  value: string,
) {
  useEffect(() => {
    const view = editor.current?.view
    // While the text runs ahead of what was checked, a place may be gone.
    if (!view || view.state.doc.toString() !== value) return
    view.dispatch(
      setDiagnostics(
        view.state,
        (faults ?? []).map((fault) => placed(view, fault)),
      ),
    )
  }, [editor, faults, value])
}

function placed(view: EditorView, { line, column, message }: Fault): Diagnostic {
  const at = view.state.doc.line(Math.max(1, Math.min(line, view.state.doc.lines)))
  const from = Math.min(at.to, at.from + Math.max(0, (column ?? 1) - 1))
  const word = /^(\{[{%]-?\s*)?[\w.-]+/.exec(at.text.slice(from - at.from))?.[0].length ?? at.length
  return { from, to: column ? Math.min(at.to, from + Math.max(1, word)) : at.to, severity: 'error', message }
}
