import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { ChannelLabel } from '../../components/ChannelLabel'
import { Door } from '../../components/Door'
import { Time } from '../../components/Time'
import type { Schema } from '../../lib/api'
import { doors } from '../../lib/doors'
import type { Search } from '../../lib/search'
import { blanksOf } from '../../lib/wechat'
import classes from './Received.module.css'

interface Props {
  rows: Schema['SandboxMessage'][]
  picked: string | undefined
  searchOf: (id: string) => Search
  more: (() => void) | undefined
  loadingMore: boolean
}

/** What was received, newest first. */
export function Received({ rows, picked, searchOf, more, loadingMore }: Props) {
  const { t } = useTranslation()
  return (
    <nav className={`card ${classes.received}`} aria-label={t('sandbox.list')}>
      <ul className={classes.list}>
        {rows.map((row) => (
          <li key={row.id} data-picked={row.id === picked || undefined}>
            <Door door={doors.sandbox(searchOf(row.id))} className={classes.entry}>
              <span className={classes.line}>
                <ChannelLabel channel={row.channel} />
                <Time at={row.received_at} className={classes.at ?? ''} />
              </span>
              <span className={classes.what}>{row.subject || row.title || row.text || filledIn(row)}</span>
              <span className={classes.to}>{t('sandbox.to', { to: row.to })}</span>
            </Door>
          </li>
        ))}
      </ul>
      {more && (
        <div className={classes.more}>
          <Button variant="default" fullWidth loading={loadingMore} onClick={more}>
            {t('act.load_more')}
          </Button>
        </div>
      )}
    </nav>
  )
}

/** A template message has no words of ours but what fills in its blanks. */
const filledIn = ({ channel, data }: Schema['SandboxMessage']) =>
  channel === 'wechat'
    ? blanksOf(data)
        .map(([, value]) => value)
        .join(' · ')
    : ''
