import {
  type Icon,
  IconBell,
  IconBrandSlack,
  IconBrandTelegram,
  IconBrandWechat,
  IconBrandWhatsapp,
  IconDeviceMobile,
  IconMail,
  IconMessage2,
  IconMessageCircle,
  IconWebhook,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Channel } from '../lib/words'
import classes from './ChannelLabel.module.css'

const icons: Record<Channel, Icon> = {
  email: IconMail,
  sms: IconMessage2,
  push: IconDeviceMobile,
  slack: IconBrandSlack,
  in_app: IconBell,
  webhook: IconWebhook,
  whatsapp: IconBrandWhatsapp,
  telegram: IconBrandTelegram,
  wechat: IconBrandWechat,
  wecom: IconBrandWechat,
  dingtalk: IconMessageCircle,
  feishu: IconMessageCircle,
}

export function ChannelLabel({ channel, iconOnly = false }: { channel: Channel; iconOnly?: boolean }) {
  const { t } = useTranslation()
  const Glyph = icons[channel] ?? IconMessageCircle
  return (
    <span
      className={iconOnly ? `${classes.label} ${classes.icon}` : classes.label}
      title={iconOnly ? t(`channel.${channel}`) : undefined}
    >
      <Glyph size={15} stroke={1.6} aria-hidden />
      {iconOnly ? <span className="unseen">{t(`channel.${channel}`)}</span> : t(`channel.${channel}`)}
    </span>
  )
}

const most = 5

/** Channels where there is no room for their names; of many, how many more there are. */
export function ChannelIcons({ channels }: { channels: readonly Channel[] }) {
  const { t } = useTranslation()
  const all = [...new Set(channels)]
  const shown = all.length > most ? all.slice(0, most - 1) : all
  const more = all.slice(shown.length)
  const names = more.map((channel) => t(`channel.${channel}`)).join(', ')
  return (
    <span className={classes.icons}>
      {shown.map((channel) => (
        <ChannelLabel key={channel} channel={channel} iconOnly />
      ))}
      {more.length > 0 && (
        <span className="dim" title={names}>
          <span aria-hidden>+{more.length}</span>
          <span className="unseen">{names}</span>
        </span>
      )}
    </span>
  )
}
