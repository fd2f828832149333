import { Button, Menu, TextInput } from '@mantine/core'
import { IconCheck, IconCopy, IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchWords } from '../../lib/use-search'
import type { Channel } from '../../lib/words'
import type { Input, Source } from './api'
import classes from './TemplatePage.module.css'

interface Props {
  input: Input
  channel: Channel
  locale: string
  onCopy: (source: Source) => void
  onRemove: () => void
  readOnly: boolean
}

/** The languages of a channel, with a mark at those that say something. */
export function Languages({ input, channel, locale, onCopy, onRemove, readOnly }: Props) {
  const { t } = useTranslation()
  const [search, setSearch] = useSearchWords()
  const sources = input.channels[channel] ?? {}
  const all = Object.values(input.channels).flatMap((each) => Object.keys(each))
  const locales = [...new Set([...all, input.default_locale ?? 'en', locale])].sort()
  const go = (next: string) => setSearch({ ...search, locale: next }, { replace: true })
  const others = Object.keys(sources).filter((each) => each !== locale)
  return (
    <div className={classes.languages}>
      {locales.map((each) => (
        <Button
          key={each}
          size="compact-xs"
          variant={each === locale ? 'light' : 'subtle'}
          aria-pressed={each === locale}
          onClick={() => go(each)}
          rightSection={sources[each] && <IconCheck size={12} aria-label={t('templates.has_words')} />}
        >
          {each}
        </Button>
      ))}
      {!readOnly && <AddLanguage onAdd={go} />}
      <span className={classes.grow} />
      {!readOnly && !sources[locale] && (
        <Button size="compact-xs" onClick={() => onCopy({})}>
          {t('templates.begin')}
        </Button>
      )}
      {!readOnly && others.length > 0 && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button size="compact-xs" variant="default" leftSection={<IconCopy size={12} aria-hidden />}>
              {t('templates.copy_from')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {others.map((each) => (
              <Menu.Item key={each} onClick={() => onCopy({ ...sources[each] })}>
                {each}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {!readOnly && sources[locale] && (
        <Button
          size="compact-xs"
          variant="subtle"
          color="red"
          aria-label={t('templates.remove', { locale })}
          onClick={onRemove}
        >
          <IconTrash size={13} aria-hidden />
        </Button>
      )}
    </div>
  )
}

const shape = /^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$/

function AddLanguage({ onAdd }: { onAdd: (locale: string) => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState<string>()
  if (text === undefined) {
    return (
      <Button size="compact-xs" variant="subtle" aria-label={t('templates.add_language')} onClick={() => setText('')}>
        <IconPlus size={13} aria-hidden />
      </Button>
    )
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!shape.test(text)) return
        onAdd(text)
        setText(undefined)
      }}
    >
      <TextInput
        size="xs"
        w={90}
        autoFocus
        aria-label={t('templates.add_language')}
        placeholder="zh-CN"
        value={text}
        error={text !== '' && !shape.test(text)}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={() => text === '' && setText(undefined)}
      />
    </form>
  )
}
