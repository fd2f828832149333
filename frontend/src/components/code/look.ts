import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

/** Colours come from the palette of the house, so both schemes are one look. */
const frame = EditorView.theme({
  '&': { backgroundColor: 'var(--surface)', color: 'var(--text)', fontSize: '12.5px' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-1px' },
  '.cm-content': { fontFamily: 'var(--mantine-font-family-monospace)', caretColor: 'var(--text)', padding: '8px 0' },
  // The numbers stand on a strip as high as the editor, however few they are.
  '.cm-scroller': { flexGrow: '1' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': {
    backgroundColor: 'var(--sunken)',
    color: 'var(--text-dim)',
    border: 'none',
    alignSelf: 'stretch',
    height: 'auto !important',
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--accent-soft) !important' },
  '.cm-tooltip': {
    backgroundColor: 'var(--surface)',
    color: 'var(--text)',
    border: '1px solid var(--line-strong)',
    borderRadius: '6px',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--accent-soft)', color: 'var(--text)' },
  '.cm-completionDetail': { color: 'var(--text-dim)', fontStyle: 'normal' },
  '.cm-changedLine': { backgroundColor: 'color-mix(in srgb, var(--warn-soft) 55%, transparent) !important' },
  '&.cm-merge-a .cm-changedText': { background: 'var(--bad-soft) !important' },
  '&.cm-merge-b .cm-changedText': { background: 'var(--good-soft) !important' },
  '&.cm-merge-a .cm-changedLine': {
    backgroundColor: 'color-mix(in srgb, var(--bad-soft) 45%, transparent) !important',
  },
  '&.cm-merge-b .cm-changedLine': {
    backgroundColor: 'color-mix(in srgb, var(--good-soft) 45%, transparent) !important',
  },
  '.cm-collapsedLines': { background: 'var(--sunken) !important', color: 'var(--text-dim)' },
})

const words = HighlightStyle.define([
  { tag: [tags.keyword, tags.tagName, tags.operatorKeyword], color: 'var(--accent)' },
  { tag: [tags.string, tags.attributeValue], color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.null, tags.attributeName], color: 'var(--warn)' },
  { tag: [tags.variableName, tags.propertyName, tags.special(tags.variableName)], color: 'var(--busy)' },
  { tag: [tags.comment, tags.meta], color: 'var(--text-dim)' },
])

export const look = [frame, syntaxHighlighting(words), EditorView.lineWrapping]
