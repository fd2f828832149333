import { IconSquareRoundedFilled } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type Block, blocksOf } from '../../lib/slack-blocks'
import { shortTime } from '../../lib/time'
import { Mrkdwn } from './Mrkdwn'
import type { Rendered } from './rendered'
import classes from './SlackPost.module.css'

export function SlackPost({ content }: { content: Rendered }) {
  const { t, i18n } = useTranslation()
  const blocks = blocksOf(content.blocks)
  return (
    <article className={classes.post} aria-label={t('content.slack_post')}>
      {content.to && <div className={classes.channel}>{content.to}</div>}
      <div className={classes.row}>
        <span className={classes.avatar} aria-hidden>
          <IconSquareRoundedFilled size={20} />
        </span>
        <div className={classes.body}>
          <div className={classes.by}>
            <b>{t('app.name')}</b>
            <span className={classes.tag}>{t('content.slack_app')}</span>
            <span className={classes.at}>{shortTime(new Date(content.at), i18n.language)}</span>
          </div>
          {blocks.length > 0 ? (
            blocks.map((block, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: blocks have no identity but their place
              <BlockView key={place} block={block} />
            ))
          ) : (
            <p className={classes.section}>
              <Mrkdwn text={content.text ?? ''} />
            </p>
          )}
        </div>
      </div>
    </article>
  )
}

function BlockView({ block }: { block: Block }) {
  switch (block.kind) {
    case 'header':
      return <p className={classes.header}>{block.text}</p>
    case 'divider':
      return <hr className={classes.divider} />
    case 'context':
      return (
        <p className={classes.context}>
          <Mrkdwn text={block.text} />
        </p>
      )
    case 'buttons':
      return (
        <div className={classes.buttons}>
          {block.labels.map((label) => (
            <span key={label} className={classes.button}>
              {label}
            </span>
          ))}
        </div>
      )
    default:
      return (
        <div className={classes.section}>
          {block.text && <Mrkdwn text={block.text} />}
          {block.fields.length > 0 && (
            <div className={classes.fields}>
              {block.fields.map((field) => (
                <div key={field}>
                  <Mrkdwn text={field} />
                </div>
              ))}
            </div>
          )}
        </div>
      )
  }
}
