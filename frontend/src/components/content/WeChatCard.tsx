import { IconChevronRight, IconMessageCircle2Filled } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { shortTime } from '../../lib/time'
import { blanksOf } from '../../lib/wechat'
import classes from './ChatCard.module.css'
import type { Rendered } from './rendered'

/** A template message of an Official Account. Its title and the names of its blanks are WeChat’s; we know their keys. */
export function WeChatCard({ content }: { content: Rendered }) {
  const { t, i18n } = useTranslation()
  const data = content.data ?? {}
  const leads = data.miniprogram_appid ? t('content.mini_program') : content.url ? t('content.details') : ''
  return (
    <article className={classes.stage} aria-label={t('content.wechat_card')}>
      <div className={classes.time}>{shortTime(new Date(content.at), i18n.language)}</div>
      <div className={classes.card} data-brand="wechat">
        <div className={classes.from}>
          <IconMessageCircle2Filled size={14} aria-hidden />
          {t('app.name')}
        </div>
        <div className={classes.title}>{t('content.template_message')}</div>
        <dl className={classes.words}>
          {blanksOf(data).map(([key, value]) => (
            <div key={key}>
              <dt>{key}</dt>
              <dd style={colorOf(data[`${key}.color`])}>{value}</dd>
            </div>
          ))}
        </dl>
        {leads && (
          <div className={classes.foot} title={content.url}>
            {leads}
            <IconChevronRight size={15} aria-hidden />
          </div>
        )}
      </div>
      {data.template_id && <div className={classes.to}>{t('content.template', { id: data.template_id })}</div>}
      {content.to && <div className={classes.to}>{content.to}</div>}
    </article>
  )
}

/** Only a plain hexadecimal colour is one. */
function colorOf(text: string | undefined) {
  return text && /^#[0-9a-f]{6}$/i.test(text) ? { color: text } : undefined
}
