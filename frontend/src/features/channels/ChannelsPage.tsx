import { Button, Menu } from '@mantine/core'
import { IconPlugConnected, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { PageHeader } from '../../components/PageHeader'
import { State } from '../../components/States'
import { doors } from '../../lib/doors'
import { integrationsQuery } from '../../lib/integrations'
import { usePermission } from '../../lib/session'
import { channels } from '../../lib/words'
import { providersQuery } from './api'
import { ChannelCard } from './ChannelCard'

/** Every channel with its vendor accounts, in the order in which they are used. */
export function ChannelsPage() {
  const { t } = useTranslation()
  const list = useQuery({ ...integrationsQuery, staleTime: 0 })
  return (
    <>
      <PageHeader title={t('channels.title')} intro={t('channels.intro')}>
        <AddButton />
      </PageHeader>
      <Answered of={list}>
        {(accounts) =>
          accounts.length === 0 ? (
            <div className="card">
              <State icon={IconPlugConnected} title={t('channels.empty')} text={t('channels.empty_text')}>
                <AddButton />
              </State>
            </div>
          ) : (
            channels
              .filter((channel) => accounts.some((account) => account.channel === channel))
              .map((channel) => (
                <ChannelCard
                  key={channel}
                  channel={channel}
                  accounts={accounts.filter((account) => account.channel === channel)}
                />
              ))
          )
        }
      </Answered>
    </>
  )
}

/** Adds an account with one of the vendors there are. */
function AddButton() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const mayAct = usePermission('admin')
  const vendors = useQuery(providersQuery).data ?? []
  if (!mayAct) return null
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button leftSection={<IconPlus size={14} aria-hidden />}>{t('channels.add')}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {vendors.map(({ name, label, channel }) => (
          <Menu.Item
            key={name}
            rightSection={<span className="dim">{t(`channel.${channel}`)}</span>}
            onClick={() => void navigate({ to: doors.newIntegration(name).to, search: { provider: name } as never })}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
