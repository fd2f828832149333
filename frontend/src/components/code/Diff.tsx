import { json } from '@codemirror/lang-json'
import { liquid } from '@codemirror/lang-liquid'
import { MergeView } from '@codemirror/merge'
import { EditorState, type Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import classes from './Diff.module.css'
import type { DiffViewProps } from './DiffView'
import { look } from './look'

export default function Diff({ label, before, after, beforeLabel, afterLabel, language = 'text' }: DiffViewProps) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!place.current) return
    const side = (name: string): Extension[] => [
      look,
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      EditorView.contentAttributes.of({ 'aria-label': `${label}: ${name}`, tabindex: '0' }),
      ...(language === 'json' ? [json()] : language === 'liquid' ? [liquid()] : []),
    ]
    const view = new MergeView({
      parent: place.current,
      a: { doc: before, extensions: side(beforeLabel) },
      b: { doc: after, extensions: side(afterLabel) },
      collapseUnchanged: { margin: 3, minSize: 8 },
      gutter: true,
    })
    return () => view.destroy()
  }, [label, before, after, beforeLabel, afterLabel, language])
  return (
    <div className={classes.diff}>
      <div className={classes.heads} aria-hidden>
        <span>{beforeLabel}</span>
        <span>{afterLabel}</span>
      </div>
      <div ref={place} />
    </div>
  )
}
