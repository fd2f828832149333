import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useId } from 'react'
import { ApiError } from '../../lib/api'
import { previewQuery } from './api'
import type { Rule } from './rule'

/** Who fits a rule while it is being written. Each pause in the typing asks; what is asked next ends what was. */
export function usePreview(rule: Rule) {
  const editor = useId()
  const [settled] = useDebouncedValue(rule, 300)
  const query = useQuery(previewQuery(settled, editor, true))
  // The faults are those of what was asked, which may be a moment old.
  const fields = query.error instanceof ApiError ? query.error.fields : undefined
  const faultAt = useCallback((path: string) => fields?.find((each) => each.path === path)?.detail, [fields])
  const faulty = fields !== undefined && fields.length > 0
  return {
    found: query.error ? undefined : query.data,
    busy: query.isFetching || settled !== rule,
    failed: faulty ? undefined : (query.error ?? undefined),
    faulty,
    faultAt,
  }
}
export type PreviewState = ReturnType<typeof usePreview>
