import { ActionIcon, Button, Group, Popover, Stack, TextInput } from '@mantine/core'
import { IconBookmark, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useLocation } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sayDone, sayFailed } from '../../lib/notify'
import { parseSearch, type Search, stringifySearch } from '../../lib/search'
import { useSearchWords } from '../../lib/use-search'
import { useDeleteView, useSaveView, type View, viewsQuery } from '../../lib/views'
import { sayDoneWithUndo } from '../undo'
import classes from './ViewsMenu.module.css'

/** The views a member has saved of this list: open one, keep the filter of now, forget one. */
export function ViewsMenu() {
  const { t } = useTranslation()
  const list = useListName()
  const [search, setSearch] = useSearchWords()
  const [opened, setOpened] = useState(false)
  const all = useQuery(viewsQuery).data ?? []
  const views = all.filter((view) => view.list === list)
  const now = stringifySearch(search)
  const current = views.find((view) => `?${view.search}` === now)
  const open = (view: View) => {
    setSearch(parseSearch(view.search))
    setOpened(false)
  }
  return (
    <Popover position="bottom-start" shadow="md" trapFocus returnFocus opened={opened} onChange={setOpened}>
      <Popover.Target>
        <Button
          variant={current ? 'light' : 'default'}
          leftSection={<IconBookmark size={14} aria-hidden />}
          maw={220}
          onClick={() => setOpened(!opened)}
        >
          {current ? current.name : t('views.title')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap={6} w={250}>
          {views.length === 0 && <span className="dim">{t('views.none')}</span>}
          {views.map((view) => (
            <Line key={view.id} view={view} current={view === current} onOpen={() => open(view)} />
          ))}
          <SaveForm list={list} search={search} names={views.map(({ name }) => name)} />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}

/** A list's name is its path: /messages is messages. */
function useListName(): string {
  return useLocation().pathname.replace(/^\//, '').replaceAll('/', '-')
}

function Line({ view, current, onOpen }: { view: View; current: boolean; onOpen: () => void }) {
  const { t } = useTranslation()
  const forget = useDeleteView()
  const save = useSaveView()
  const remove = () =>
    forget.mutate(view.id, {
      onSuccess: () =>
        sayDoneWithUndo(t('views.deleted', { name: view.name }), t, () =>
          save.mutate(view, { onError: (error) => sayFailed(error, t) }),
        ),
    })
  return (
    <div className={classes.line}>
      <Button
        variant="subtle"
        color="gray"
        c="var(--text)"
        justify="flex-start"
        aria-current={current || undefined}
        onClick={onOpen}
      >
        {view.name}
      </Button>
      <ActionIcon variant="subtle" color="gray" aria-label={t('views.delete', { name: view.name })} onClick={remove}>
        <IconTrash size={14} aria-hidden />
      </ActionIcon>
    </div>
  )
}

interface FormProps {
  list: string
  search: Search
  names: string[]
}

function SaveForm({ list, search, names }: FormProps) {
  const { t } = useTranslation()
  const [name, setName] = useState('')
  const save = useSaveView()
  const filtered = Object.keys(search).length > 0
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate(
      { list, name: name.trim(), search: stringifySearch(search).slice(1) },
      {
        onSuccess: () => {
          sayDone(t('views.saved', { name: name.trim() }))
          setName('')
        },
        onError: (error) => sayFailed(error, t),
      },
    )
  }
  if (!filtered) return <span className="dim">{t('views.filter_first')}</span>
  return (
    <form onSubmit={submit} className={classes.form}>
      <Group gap={6} align="flex-end" wrap="nowrap">
        <TextInput
          size="xs"
          flex={1}
          label={t('views.save_as')}
          maxLength={80}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" disabled={name.trim() === ''} loading={save.isPending}>
          {names.includes(name.trim()) ? t('views.replace') : t('form.save')}
        </Button>
      </Group>
    </form>
  )
}
