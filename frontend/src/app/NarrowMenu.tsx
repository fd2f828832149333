import { ActionIcon, Drawer } from '@mantine/core'
import { IconMenu2 } from '@tabler/icons-react'
import { useLocation } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Navigation } from './Navigation'
import classes from './TopBar.module.css'

/** The way to the navigation where the window has no room for it. */
export function NarrowMenu() {
  const { t } = useTranslation()
  const { pathname } = useLocation()
  const [opened, setOpened] = useState(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever has arrived somewhere is done with it
  useEffect(() => setOpened(false), [pathname])
  return (
    <>
      <ActionIcon
        className={classes.menu ?? ''}
        variant="subtle"
        color="gray"
        c="var(--text)"
        size={32}
        aria-label={t('app.menu')}
        onClick={() => setOpened(true)}
      >
        <IconMenu2 size={18} stroke={1.6} aria-hidden />
      </ActionIcon>
      <Drawer opened={opened} onClose={() => setOpened(false)} size={240} padding={0} withCloseButton={false}>
        <Navigation />
      </Drawer>
    </>
  )
}
