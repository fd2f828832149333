import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../../lib/api'
import { categoriesQuery, categoryName } from '../../lib/names'
import { attributesQuery, groupsQuery, workflowsQuery } from './api'

type Choice = { value: string; label: string }

/** What the house has that a rule may name. */
export interface Known {
  attributes: readonly Schema['Attribute'][]
  groups: Choice[]
  categories: Choice[]
  workflows: Choice[]
}

export function useKnown(): Known {
  const { i18n } = useTranslation()
  const attributes = useQuery(attributesQuery).data
  const groups = useQuery(groupsQuery).data
  const categories = useQuery(categoriesQuery).data
  const workflows = useQuery(workflowsQuery).data
  return useMemo(
    () => ({
      attributes: attributes?.rows ?? [],
      groups: (groups?.rows ?? []).map(({ key, name }) => ({ value: key, label: name })),
      categories: (categories?.rows ?? []).map((each) => ({
        value: each.key,
        label: categoryName(each, i18n.language),
      })),
      workflows: (workflows?.rows ?? []).map(({ key, name }) => ({ value: key, label: name || key })),
    }),
    [attributes, groups, categories, workflows, i18n.language],
  )
}
