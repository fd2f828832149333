import { ActionIcon, Tooltip } from '@mantine/core'
import { IconMail, IconMailOpened } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Door } from '../../components/Door'
import { Time } from '../../components/Time'
import type { Schema } from '../../lib/api'
import { doors } from '../../lib/doors'
import { safeLink } from '../../lib/safe-link'
import classes from './InboxEntry.module.css'

interface Props {
  item: Schema['InboxItem']
  onMark: (as: 'read' | 'unread') => void
  onLeave: () => void
}

/** One item: its title leads where the sender meant, else to the message's story. */
export function InboxEntry({ item, onMark, onLeave }: Props) {
  const { t } = useTranslation()
  const unread = !item.read_at
  const open = () => {
    if (unread) onMark('read')
  }
  const label = unread ? t('inbox.mark_read') : t('inbox.mark_unread')
  const link = safeLink(item.url)
  return (
    <li className={classes.entry} data-unread={unread || undefined}>
      <div className={classes.words}>
        <div className={classes.title}>
          {unread && <span className="unseen">{t('inbox.unread')}: </span>}
          {link ? (
            <a href={link} target="_blank" rel="noreferrer noopener" onClick={open}>
              {item.title}
            </a>
          ) : (
            item.title
          )}
        </div>
        {item.body && <div className={classes.body}>{item.body}</div>}
        <div className={classes.under}>
          <Time at={item.created_at} />
          <Door
            door={doors.message(item.message_id)}
            onClick={() => {
              open()
              onLeave()
            }}
          >
            {t('inbox.open_message')}
          </Door>
        </div>
      </div>
      <Tooltip label={label}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={26}
          aria-label={label}
          onClick={() => onMark(unread ? 'read' : 'unread')}
        >
          {unread ? <IconMailOpened size={15} stroke={1.6} /> : <IconMail size={15} stroke={1.6} />}
        </ActionIcon>
      </Tooltip>
    </li>
  )
}
