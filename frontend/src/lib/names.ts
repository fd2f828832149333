import { queryOptions, useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { api, type Schema, unwrapPage } from './api'

/**
 * What somebody is called: the name, else the id their system gave. An id of
 * ours says nothing to anybody, so an address stands in for it.
 */
export function personName({ id, name }: { id: string; name?: string }, address?: string): string {
  if (name) return name
  return id.startsWith('mem_') && address ? address : id
}

/** The sources that are no business system. */
export const houseSources = { admin: 'admin', 'clarion.confidential': 'house', 'workflow-test': 'test' } as const

/** What a source is called where its key would be a riddle. */
export function useSourceName(): (key: string) => string {
  const { t } = useTranslation()
  return useCallback(
    (key) => (key in houseSources ? t(`sources.built_in_${houseSources[key as keyof typeof houseSources]}`) : key),
    [t],
  )
}

export const categoriesQuery = queryOptions({
  queryKey: ['categories'],
  queryFn: ({ signal }) => unwrapPage(api.GET('/v1/categories', { signal })),
})

type Named = Pick<Schema['Category'], 'key' | 'name' | 'names'>

/** A category's name in the language of the page, else the one everybody sees. */
export function categoryName({ key, name, names }: Named, language: string): string {
  return names?.[language] || name || key
}

/** Gives a category's name for its key; the key itself while the names are not known. */
export function useCategoryName(): (key: string) => string {
  const { i18n } = useTranslation()
  const rows = useQuery(categoriesQuery).data?.rows
  return useCallback(
    (key) => {
      const found = rows?.find((row) => row.key === key)
      return found ? categoryName(found, i18n.language) : key
    },
    [rows, i18n.language],
  )
}

/** "English" for en, 中文（中国） for zh-CN on a Chinese page; the tag itself when nobody knows it. */
export function languageName(tag: string, language: string): string {
  if (!tag) return ''
  try {
    return new Intl.DisplayNames([language], { type: 'language' }).of(tag) ?? tag
  } catch {
    return tag
  }
}

/** An address as people read it: of a browser's subscription, which is JSON, where it leads and its end. */
export function addressText(address: string): string {
  if (!address.startsWith('{')) return address
  try {
    const { endpoint } = JSON.parse(address) as { endpoint: string }
    return `${new URL(endpoint).host} …${endpoint.slice(-8)}`
  } catch {
    return address
  }
}
