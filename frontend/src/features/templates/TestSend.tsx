import { ActionIcon, Button, Menu } from '@mantine/core'
import { IconChevronDown, IconSend } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ChannelLabel } from '../../components/ChannelLabel'
import type { Schema } from '../../lib/api'
import { doors } from '../../lib/doors'
import { sayFailed } from '../../lib/notify'
import { usePermission } from '../../lib/session'
import { type Channel, channels } from '../../lib/words'
import { useTestSend, type View } from './api'
import classes from './TemplatePage.module.css'

interface Props {
  view: View
  body: Schema['PreviewInput']
  /** The one that is open. */
  channel: Channel
  /** The open channel cannot be rendered. */
  broken: boolean
}

/** Sends what is being written to who writes it: over the open channel, any other, or all of them. */
export function TestSend({ view, body, channel, broken }: Props) {
  const { t } = useTranslation()
  const send = useTestSend(view.key)
  const ids = send.data?.notification_ids ?? []
  const written = channels.filter((each) => body.draft?.channels[each])
  if (!usePermission('content:write')) return null
  const to = (chosen?: Channel) => {
    const { channel: _, ...rest } = body
    send.mutate({ ...rest, ...(chosen ? { channel: chosen } : {}) }, { onError: (error) => sayFailed(error, t) })
  }
  return (
    <span className={classes.test}>
      {send.isSuccess && ids[0] && (
        <Link
          {...(doors.messages(ids.length > 1 ? { recipient: send.data.recipient } : { q: ids[0] }) as { to: string })}
          role="status"
        >
          {t('templates.test_sent')}
        </Link>
      )}
      <Button.Group>
        <Button
          variant="default"
          size="compact-xs"
          h={24}
          disabled={broken || !written.includes(channel)}
          loading={send.isPending}
          leftSection={<IconSend size={12} aria-hidden />}
          onClick={() => to(channel)}
        >
          {t('templates.test')}
        </Button>
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon
              variant="default"
              size={24}
              disabled={written.length === 0 || send.isPending}
              aria-label={t('templates.test_by')}
            >
              <IconChevronDown size={12} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {written.map((each) => (
              <Menu.Item key={each} onClick={() => to(each)}>
                <ChannelLabel channel={each} />
              </Menu.Item>
            ))}
            {written.length > 1 && <Menu.Item onClick={() => to()}>{t('templates.test_all')}</Menu.Item>}
          </Menu.Dropdown>
        </Menu>
      </Button.Group>
    </span>
  )
}
