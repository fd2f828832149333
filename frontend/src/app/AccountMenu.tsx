import { Menu, UnstyledButton } from '@mantine/core'
import { IconLogout } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { sayFailed } from '../lib/notify'
import { useMe, useSignOut } from '../lib/session'
import classes from './AccountMenu.module.css'

export function AccountMenu() {
  const { t } = useTranslation()
  const member = useMe()?.member
  const signOut = useSignOut()
  if (!member) return null
  const name = member.name || member.email
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <UnstyledButton className={classes.button} aria-label={`${t('app.account')}: ${name}`} title={name}>
          {name.slice(0, 1).toUpperCase()}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.who}>
          <b>{name}</b>
          <span>{member.email}</span>
          <span>{t(`role.${member.role}`)}</span>
        </div>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconLogout size={15} stroke={1.6} aria-hidden />}
          onClick={() => signOut.mutate(undefined, { onError: (error) => sayFailed(error, t) })}
        >
          {t('app.sign_out')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
