import { ActionIcon, Menu, Tabs } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { ChannelLabel } from '../../components/ChannelLabel'
import { type Channel, channels } from '../../lib/words'
import type { Input } from './api'
import classes from './ChannelTabs.module.css'
import { writable } from './kinds'

interface Props {
  input: Input
  channel: Channel
  readOnly: boolean
  onChoose: (channel: Channel) => void
  onBegin: (channel: Channel) => void
}

/** The channels that have words, in one row however many they are, and a menu of those that have none yet. */
export function ChannelTabs({ input, channel, readOnly, onChoose, onBegin }: Props) {
  const { t } = useTranslation()
  const row = useRef<HTMLDivElement>(null)
  const shown = channels.filter((each) => each === channel || input.channels[each])
  const others = readOnly ? [] : writable.filter((each) => !shown.includes(each))
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chosen tab is another when the channel is
  useEffect(() => {
    const tab = row.current?.querySelector<HTMLElement>('[data-active]')
    if (row.current && tab) row.current.scrollLeft = tab.offsetLeft - (row.current.clientWidth - tab.offsetWidth) / 2
  }, [channel])
  return (
    <div className={classes.channels}>
      <Tabs value={channel} onChange={(next) => next && onChoose(next as Channel)} className={classes.tabs}>
        <Tabs.List ref={row} className={classes.row}>
          {shown.map((each) => (
            <Tabs.Tab key={each} value={each} data-empty={!input.channels[each] || undefined} className={classes.tab}>
              <ChannelLabel channel={each} />
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      {others.length > 0 && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={t('templates.add_channel')}>
              <IconPlus size={15} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {others.map((each) => (
              <Menu.Item key={each} onClick={() => onBegin(each)}>
                <ChannelLabel channel={each} />
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  )
}
