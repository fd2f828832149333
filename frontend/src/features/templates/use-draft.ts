import { type Input, saveTemplate, templateKeys, type View } from './api'
import { useWriting } from './use-writing'

/** The words of a view that an author changes. */
export function inputOf({ version, draft }: View): Input {
  const from = draft ?? version
  const { channels = {}, default_locale = 'en', layout = '', schema = null } = from ?? {}
  return { channels, default_locale, layout, schema }
}

/** The words of a template while they are being written. */
export function useDraft(view: View) {
  return useWriting(view, {
    queryKey: templateKeys.one(view.key),
    inputOf,
    save: (input: Input, revision) => saveTemplate(view.key, { ...input, revision }),
  })
}

export type Draft = ReturnType<typeof useDraft>
