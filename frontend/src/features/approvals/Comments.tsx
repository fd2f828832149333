import { Button, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Time } from '../../components/Time'
import type { Schema } from '../../lib/api'
import { sayFailed } from '../../lib/notify'
import { sectionName } from '../../lib/sections'
import { usePermission } from '../../lib/session'
import classes from './ApprovalPage.module.css'
import { useComment } from './api'

type View = Schema['ApprovalView']

/** What was said about all of it. */
export function Comments({ approval }: { approval: View }) {
  const { t } = useTranslation()
  return (
    <section className={`card ${classes.card}`} aria-labelledby="comments">
      <div className={classes.head}>
        <h2 id="comments">{t('approvals.comments')}</h2>
        <span>{t('approvals.about_all')}</span>
      </div>
      <CommentList approval={approval} section="" />
      <CommentForm id={approval.id} section="" />
    </section>
  )
}

export function CommentList({ approval, section }: { approval: View; section: string }) {
  const list = approval.comments.filter((comment) => (comment.section ?? '') === section)
  return list.map((comment) => (
    <div key={comment.id} className={classes.comment}>
      <div className={classes.by}>
        <strong>{approval.names[comment.by] || comment.by}</strong>
        <Time at={comment.at} />
      </div>
      <p>{comment.body}</p>
    </div>
  ))
}

/** Adds a remark; what was said can never be taken back, only added to. */
export function CommentForm({ id, section, onDone }: { id: string; section: string; onDone?: () => void }) {
  const { t } = useTranslation()
  const [body, setBody] = useState('')
  const comment = useComment(id)
  const writes = usePermission('content:write')
  const approves = usePermission('content:approve')
  if (!writes && !approves) return null
  const label = section ? t('approvals.comment_on', { section: sectionName(section, t) }) : t('approvals.your_comment')
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        comment.mutate(
          { section, body },
          {
            onSuccess: () => {
              setBody('')
              onDone?.()
            },
            onError: (error) => sayFailed(error, t),
          },
        )
      }}
    >
      <Textarea
        aria-label={label}
        placeholder={label}
        rows={2}
        mt={8}
        value={body}
        onChange={(event) => setBody(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" mt={6} loading={comment.isPending} disabled={body.trim() === ''}>
        {t('approvals.add_comment')}
      </Button>
    </form>
  )
}
