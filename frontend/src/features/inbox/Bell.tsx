import { ActionIcon, Popover } from '@mantine/core'
import { IconBell } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../../lib/api'
import { countsQuery, useMark } from './api'
import classes from './Bell.module.css'
import { InboxPanel } from './InboxPanel'
import { useInboxLive } from './use-inbox'

/** The signed-in member's own inbox: rings when something arrives, opens on a press. */
export function Bell() {
  const { t } = useTranslation()
  const [opened, setOpened] = useState(false)
  const [arrived, setArrived] = useState<Schema['InboxItem']>()
  const counts = useQuery(countsQuery).data ?? { unread: 0, unseen: 0 }
  const mark = useMark()
  useInboxLive(useCallback((item) => setArrived(item), []))

  const toggle = () => {
    // Opening is seeing; reading is up to the reader.
    if (!opened && counts.unseen > 0) mark.mutate({ all: true, as: 'seen' })
    setOpened(!opened)
  }
  const label = counts.unread > 0 ? t('inbox.bell_count', { count: counts.unread }) : t('inbox.bell')
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={390} shadow="lg" trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={32}
          c="var(--text)"
          aria-label={label}
          title={label}
          onClick={toggle}
        >
          <span className={classes.bell}>
            <IconBell
              key={arrived?.id}
              className={arrived ? classes.ring : undefined}
              size={18}
              stroke={1.6}
              aria-hidden
            />
            {counts.unread > 0 && (
              <span className={classes.badge} data-unseen={counts.unseen > 0 || undefined} aria-hidden>
                {counts.unread > 99 ? '99+' : counts.unread}
              </span>
            )}
          </span>
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p={0}>
        <InboxPanel onLeave={() => setOpened(false)} />
      </Popover.Dropdown>
      <span className="unseen" aria-live="polite">
        {arrived ? t('inbox.arrived', { title: arrived.title }) : ''}
      </span>
    </Popover>
  )
}
