import { Kbd } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../components/Dialog'
import { onMac } from '../lib/platform'
import { isBusy } from '../lib/use-list-keys'
import classes from './Shortcuts.module.css'
import { useVisiblePages } from './visible-pages'

/** The keys that work everywhere: ? shows all keys, g and a letter go to a page. */
export function Shortcuts() {
  const [opened, setOpened] = useState(false)
  const pages = useVisiblePages()
  const navigate = useNavigate()
  // It outlives a change of the pages between the two keys.
  const going = useRef(false)
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || isBusy(event.target)) return
      const target = going.current ? pages.find((page) => page.go === event.key) : undefined
      going.current = event.key === 'g'
      if (event.key === '?') setOpened(true)
      else if (target) void navigate({ to: target.path, search: {} as never })
      else return
      event.preventDefault()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [pages, navigate])
  return opened ? <Help onClose={() => setOpened(false)} /> : null
}

function Help({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const mod = onMac ? '⌘' : 'Ctrl'
  return (
    <Dialog opened onClose={onClose} size="lg" title={t('keys.title')}>
      <div className={classes.columns}>
        <Group title={t('keys.everywhere')}>
          <Key keys={[mod, 'K']}>{t('keys.palette')}</Key>
          <Key keys={['?']}>{t('keys.help')}</Key>
          <Key keys={[mod, 'S']}>{t('keys.save')}</Key>
          {useVisiblePages().map(
            (page) =>
              page.go &&
              page.label && (
                <Key key={page.path} keys={['G', page.go.toUpperCase()]}>
                  {t(`nav.${page.label}`)}
                </Key>
              ),
          )}
        </Group>
        <Group title={t('keys.lists')}>
          <Key keys={['J']}>{t('keys.next')}</Key>
          <Key keys={['K']}>{t('keys.previous')}</Key>
          <Key keys={['Enter']}>{t('keys.open')}</Key>
          <Key keys={['X']}>{t('keys.select')}</Key>
          <Key keys={['/']}>{t('keys.search')}</Key>
        </Group>
      </div>
    </Dialog>
  )
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl className={classes.keys}>{children}</dl>
    </section>
  )
}

function Key({ keys, children }: { keys: string[]; children: string }) {
  return (
    <div>
      <dt>{children}</dt>
      <dd>
        {keys.map((key) => (
          <Kbd key={key} size="xs">
            {key}
          </Kbd>
        ))}
      </dd>
    </div>
  )
}
