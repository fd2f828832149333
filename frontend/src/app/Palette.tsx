import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight'
import { IconArrowRight, IconPlus, IconSearch, IconSettings } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Door, doorOfId, doors } from '../lib/doors'
import { doorOfHit, useHits } from './search'
import { newPages, useVisiblePages } from './visible-pages'

/** Ctrl or ⌘ K: every page by name, every id by pasting it, everything by its name, and a search of the messages. */
export function Palette() {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const navigate = useNavigate()
  const pages = useVisiblePages()
  const go = (door: Door) => () => void navigate({ to: door.to, search: (door.search ?? {}) as never })

  const wanted = text.trim()
  const hits = useHits(wanted)
  const found: SpotlightActionData[] = pages.flatMap(({ path, label, icon: Glyph = IconSettings }) => {
    if (!label) return []
    const name = t(`nav.${label}`)
    if (!`${name} ${path}`.toLowerCase().includes(wanted.toLowerCase())) return []
    return [{ id: path, label: name, leftSection: <Glyph size={16} stroke={1.6} />, onClick: go({ to: path }) }]
  })
  const paths = pages.map(({ path }) => path)
  const named: SpotlightActionData[] = hits.map((hit) => ({
    id: `${hit.kind}-${hit.id}`,
    label: hit.name || hit.id,
    description: `${t(`kind.${hit.kind}`)} · ${hit.id}`,
    onClick: go(doorOfHit(hit, paths)),
  }))
  const deeds: SpotlightActionData[] = newPages(pages).flatMap(({ path, label }) => {
    const name = t('app.new_in', { name: t(`nav.${label}`) })
    if (!wanted || !name.toLowerCase().includes(wanted.toLowerCase())) return []
    return [{ id: path, label: name, leftSection: <IconPlus size={16} stroke={1.6} />, onClick: go({ to: path }) }]
  })
  const actions: SpotlightActionGroupData[] = []
  const door = doorOfId(wanted)
  if (door) {
    actions.push({
      group: t('app.group_ids'),
      actions: [
        {
          id: 'open',
          label: t('app.search_open', { id: wanted }),
          leftSection: <IconArrowRight size={16} />,
          onClick: go(door),
        },
      ],
    })
  }
  if (found.length > 0) actions.push({ group: t('app.group_pages'), actions: found })
  if (deeds.length > 0) actions.push({ group: t('app.group_actions'), actions: deeds })
  if (named.length > 0 && !door) actions.push({ group: t('app.group_found'), actions: named })
  if (wanted && !door) {
    actions.push({
      group: t('app.group_messages'),
      actions: [
        {
          id: 'search',
          label: t('app.search_messages', { text: wanted }),
          leftSection: <IconSearch size={16} stroke={1.6} />,
          onClick: go(doors.messages({ q: wanted })),
        },
      ],
    })
  }
  return (
    <Spotlight
      attributes={{ content: { 'aria-label': t('app.search') } }}
      actions={actions}
      filter={(_, all) => all}
      query={text}
      onQueryChange={setText}
      shortcut={['mod + K']}
      // From inside a field as well: nowhere else do these keys mean anything.
      tagsToIgnore={[]}
      triggerOnContentEditable
      scrollable
      maxHeight={400}
      scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
      nothingFound={t('app.search_nothing')}
      searchProps={{
        placeholder: t('app.search_hint'),
        'aria-label': t('app.search'),
        leftSection: <IconSearch size={16} />,
      }}
    />
  )
}
