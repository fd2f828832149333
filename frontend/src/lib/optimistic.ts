import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { sayFailed } from './notify'

interface Change<Data, Input, Answer> {
  /** Whose answer is changed at once. */
  key: QueryKey
  /** What it will be when all goes well. */
  change: (before: Data, input: Input) => Data
  call: (input: Input) => Promise<Answer>
  onDone?: (answer: Answer, input: Input) => void
  /** What else is stale afterwards. */
  stale?: readonly QueryKey[]
}

/** Shows a change before the server has said yes; on a no, the old state comes back and the reason is said. */
export function useOptimistic<Data, Input, Answer = void>(it: Change<Data, Input, Answer>) {
  const queries = useQueryClient()
  const { t } = useTranslation()
  return useMutation({
    mutationFn: it.call,
    onMutate: async (input: Input) => {
      // An answer on its way would put the old state back.
      await queries.cancelQueries({ queryKey: it.key })
      const before = queries.getQueryData<Data>(it.key)
      if (before !== undefined) queries.setQueryData<Data>(it.key, it.change(before, input))
      return { before }
    },
    onError: (error, _input, context) => {
      if (context?.before !== undefined) queries.setQueryData(it.key, context.before)
      sayFailed(error, t)
    },
    onSuccess: (answer, input) => it.onDone?.(answer, input),
    onSettled: () =>
      Promise.all([it.key, ...(it.stale ?? [])].map((queryKey) => queries.invalidateQueries({ queryKey }))),
  })
}
