import { IconEqual, IconHelpCircle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { Fact, Facts } from '../../components/Facts'
import { Id, shortId } from '../../components/Id'
import { PageHeader } from '../../components/PageHeader'
import { State } from '../../components/States'
import { dayAndTime } from '../../lib/time'
import classes from './AuditPage.module.css'
import { actionWords } from './action-words'
import { type AuditRecord, auditRecordQuery } from './api'
import { differences } from './differences'

/** One change: who, what, when, from where, and what is different since. */
export function AuditRecordPage() {
  const { id = '' } = useParams({ strict: false })
  const query = useQuery(auditRecordQuery(id))
  return (
    <Answered of={query} page>
      {(record) => <Whole record={record} />}
    </Answered>
  )
}

function Whole({ record }: { record: AuditRecord }) {
  const { t, i18n } = useTranslation()
  return (
    <>
      <PageHeader
        title={actionWords(record.action, t)}
        mark={<code className="dim">{record.action}</code>}
        intro={t('audit.sentence', {
          who: record.actor.name,
          what: record.target.name || shortId(record.target.id || record.target.kind),
          when: dayAndTime(new Date(record.at), i18n.language),
        })}
      />
      <div className={classes.both}>
        <Facts title={t('audit.facts')}>
          <Fact name={t('audit.actor')}>
            {record.actor.name} · {t(`audit.actor_${record.actor.kind}`)}
          </Fact>
          <Fact name={t('audit.actor_id')}>
            <Id id={record.actor.id} />
          </Fact>
          <Fact name={t('audit.target')}>
            {record.target.name && `${record.target.name} · `}
            {record.target.id && (
              <Id id={record.target.id} door={{ to: '/settings/audit', search: { target: record.target.id } }} />
            )}
          </Fact>
          <Fact name={t('audit.ip')}>{record.ip}</Fact>
          <Fact name={t('state.trace')}>
            <Id id={record.trace_id} />
          </Fact>
          <Fact name={t('audit.record')}>
            <Id id={record.id} />
          </Fact>
        </Facts>
        <Difference record={record} />
      </div>
    </>
  )
}

function Difference({ record }: { record: AuditRecord }) {
  const { t } = useTranslation()
  if (record.outcome)
    return (
      <section className="card" aria-label={t('audit.changes')}>
        <State icon={IconHelpCircle} title={t('audit.unknown_title')} text={t('audit.unknown_text')} />
        {record.before !== undefined && <pre className={classes.was}>{JSON.stringify(record.before, null, 2)}</pre>}
      </section>
    )
  const places = differences(record.before, record.after)
  const kept = record.before !== undefined || record.after !== undefined
  return (
    <section className="card" aria-label={t('audit.changes')}>
      {places.length === 0 ? (
        <State
          icon={IconEqual}
          title={kept ? t('audit.no_difference') : t('audit.no_states')}
          text={kept ? t('audit.no_difference_text') : t('audit.no_states_text')}
        />
      ) : (
        <table className={classes.diff}>
          <caption className="unseen">{t('audit.changes')}</caption>
          <thead>
            <tr>
              <th scope="col" className={classes.path}>
                {t('audit.path')}
              </th>
              <th scope="col">{t('audit.before')}</th>
              <th scope="col">{t('audit.after')}</th>
            </tr>
          </thead>
          <tbody>
            {places.map(({ path, before, after }) => (
              <tr key={path}>
                <td className={classes.path}>{path}</td>
                <td className={classes.before} data-there={before === undefined ? undefined : true}>
                  {before ?? '—'}
                </td>
                <td className={classes.after} data-there={after === undefined ? undefined : true}>
                  {after ?? '—'}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
