import { ActionIcon, Button } from '@mantine/core'
import { IconMessagePlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { DiffView } from '../../components/code/DiffView'
import type { Schema } from '../../lib/api'
import { sectionLanguage, sectionName } from '../../lib/sections'
import classes from './ApprovalPage.module.css'
import { CommentForm, CommentList } from './Comments'

type View = Schema['ApprovalView']

/** What differs, section by section: the thing that is decided on. */
export function Sections({ approval }: { approval: View }) {
  const { t } = useTranslation()
  const [all, setAll] = useState(false)
  const changed = approval.sections.filter((section) => section.changed)
  const same = approval.sections.filter((section) => !section.changed && section.after)
  return (
    <section className={`card ${classes.card}`} aria-labelledby="changes">
      <div className={classes.head}>
        <h2 id="changes">{t('approvals.changes')}</h2>
        <span>{t('approvals.sections_changed', { count: changed.length })}</span>
      </div>
      {changed.length === 0 && <p className="dim">{t('approvals.no_changes')}</p>}
      {(all ? approval.sections.filter((s) => s.changed || s.after) : changed).map((section) => (
        <Section key={section.path} section={section} approval={approval} />
      ))}
      {same.length > 0 && (
        <Button variant="subtle" onClick={() => setAll(!all)}>
          {all ? t('approvals.hide_unchanged') : t('approvals.unchanged', { count: same.length })}
        </Button>
      )}
    </section>
  )
}

function Section({ section, approval }: { section: Schema['Difference']; approval: View }) {
  const { t } = useTranslation()
  const [writing, setWriting] = useState(false)
  const name = sectionName(section.path, t)
  return (
    <div className={classes.section}>
      <div className={classes.sectionHead}>
        <h3>{name}</h3>
        <ActionIcon
          variant="subtle"
          size="sm"
          aria-label={t('approvals.comment_on', { section: name })}
          aria-expanded={writing}
          onClick={() => setWriting(!writing)}
        >
          <IconMessagePlus size={16} aria-hidden />
        </ActionIcon>
      </div>
      {section.changed ? (
        <DiffView
          label={name}
          before={section.before}
          after={section.after}
          beforeLabel={
            approval.base_version
              ? t('approvals.before_version', { version: approval.base_version })
              : t('approvals.before')
          }
          afterLabel={t('approvals.after_version', { version: approval.version })}
          language={sectionLanguage(section.path)}
        />
      ) : (
        <pre className={classes.same}>{section.after}</pre>
      )}
      <CommentList approval={approval} section={section.path} />
      {writing && <CommentForm id={approval.id} section={section.path} onDone={() => setWriting(false)} />}
    </div>
  )
}
