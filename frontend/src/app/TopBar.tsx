import { Kbd, UnstyledButton } from '@mantine/core'
import { spotlight } from '@mantine/spotlight'
import { IconSearch } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { LanguageMenu } from '../components/LanguageMenu'
import { ThemeMenu } from '../components/ThemeMenu'
import { Bell } from '../features/inbox/Bell'
import { onMac } from '../lib/platform'
import { AccountMenu } from './AccountMenu'
import { NarrowMenu } from './NarrowMenu'
import { Palette } from './Palette'
import classes from './TopBar.module.css'

export function TopBar() {
  const { t } = useTranslation()
  return (
    <section className={classes.bar} aria-label={t('app.tools')}>
      <NarrowMenu />
      <UnstyledButton className={classes.search} onClick={spotlight.open}>
        <IconSearch size={14} aria-hidden />
        <span>{t('app.search')}</span>
        <Kbd size="xs" aria-hidden>
          {onMac ? '⌘K' : 'Ctrl K'}
        </Kbd>
      </UnstyledButton>
      <div className={classes.right}>
        <LanguageMenu />
        <ThemeMenu />
        <Bell />
        <AccountMenu />
      </div>
      <Palette />
    </section>
  )
}
