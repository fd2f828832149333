import { IconBattery3, IconBellFilled, IconUser, IconWifi } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { shortTime } from '../../lib/time'
import classes from './Phone.module.css'
import type { Rendered } from './rendered'

function Phone({ label, at, locked, children }: { label: string; at: string; locked?: boolean; children: ReactNode }) {
  const { i18n } = useTranslation()
  const clock = shortTime(new Date(at), i18n.language)
  return (
    <article className={classes.phone} aria-label={label} data-locked={locked}>
      <div className={classes.bar} aria-hidden>
        <span>{clock}</span>
        <span className={classes.signs}>
          <IconWifi size={12} />
          <IconBattery3 size={14} />
        </span>
      </div>
      {children}
    </article>
  )
}

export function PhoneSms({ content }: { content: Rendered }) {
  const { t } = useTranslation()
  return (
    <div className={classes.stage}>
      <Phone label={t('content.phone_sms')} at={content.at}>
        <div className={classes.contact}>
          <span className={classes.avatar} aria-hidden>
            <IconUser size={18} stroke={1.5} />
          </span>
          {t('app.name')}
        </div>
        <div className={classes.thread}>
          <div className={classes.bubble}>{content.text ?? content.body}</div>
          {content.to && <div className={classes.under}>{content.to}</div>}
        </div>
      </Phone>
    </div>
  )
}

export function PhonePush({ content }: { content: Rendered }) {
  const { t, i18n } = useTranslation()
  const at = new Date(content.at)
  return (
    <div className={classes.stage}>
      <Phone label={t('content.phone_push')} at={content.at} locked>
        <div className={classes.clock} aria-hidden>
          {shortTime(at, i18n.language)}
        </div>
        <div className={classes.note}>
          <div className={classes.app}>
            <IconBellFilled size={12} aria-hidden />
            {t('app.name')}
            <span>{t('content.now')}</span>
          </div>
          <div className={classes.title}>{content.title}</div>
          <div>{content.body ?? content.text}</div>
        </div>
        {content.url && <div className={classes.opens}>{t('content.opens', { url: content.url })}</div>}
      </Phone>
    </div>
  )
}
