import { Alert } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { Door } from '../../components/Door'
import { Fact, Facts } from '../../components/Facts'
import { PageHeader } from '../../components/PageHeader'
import { Time } from '../../components/Time'
import type { Schema } from '../../lib/api'
import { doors } from '../../lib/doors'
import { useMe, usePermission } from '../../lib/session'
import classes from './ApprovalPage.module.css'
import { approvalQuery } from './api'
import { Comments } from './Comments'
import { Decide } from './Decide'
import { FrozenBroadcast } from './FrozenBroadcast'
import { RenderedEmail } from './RenderedEmail'
import { Sections } from './Sections'
import { StateChip } from './StateChip'

export function ApprovalPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useQuery(approvalQuery(id))
  return (
    <Answered of={query} page>
      {(approval) => <Story approval={approval} />}
    </Answered>
  )
}

function Story({ approval }: { approval: Schema['ApprovalView'] }) {
  const { t } = useTranslation()
  return (
    <>
      <PageHeader
        title={
          approval.kind === 'broadcast'
            ? approval.title
            : t('approvals.heading', { title: approval.title, version: approval.version })
        }
        mark={<StateChip state={approval.state} />}
      >
        <Decide approval={approval} />
      </PageHeader>
      <Remark approval={approval} />
      <div className={classes.columns}>
        <div className={classes.column}>
          {approval.kind === 'broadcast' ? <FrozenBroadcast approval={approval} /> : <Sections approval={approval} />}
          {approval.kind === 'template' && <RenderedEmail approval={approval} />}
        </div>
        <div className={classes.column}>
          <Request approval={approval} />
          <Comments approval={approval} />
        </div>
      </div>
    </>
  )
}

/** Why nothing can be decided here, if nothing can. */
function Remark({ approval }: { approval: Schema['ApprovalView'] }) {
  const { t } = useTranslation()
  const me = useMe()?.member.id
  const may = usePermission('content:approve')
  if (approval.state === 'voided') return <Note text={t('approvals.voided_text')} />
  if (approval.state !== 'waiting' || !approval.bar) return null
  const own = me !== undefined && (approval.submitted_by === me || approval.authors.includes(me))
  if (own) return <Note title={t('approvals.own_title')} text={t('approvals.own_text')} />
  return may ? null : <Note title={t('approvals.own_title')} text={t('approvals.right_text')} />
}

function Note({ title, text }: { title?: string; text: string }) {
  return (
    <Alert mb="md" icon={<IconInfoCircle size={18} aria-hidden />} variant="default" {...(title ? { title } : {})}>
      {text}
    </Alert>
  )
}

function Request({ approval }: { approval: Schema['ApprovalView'] }) {
  const { t } = useTranslation()
  const nameOf = (id: string) => approval.names[id] || id
  return (
    <Facts title={t('approvals.facts')}>
      <Fact name={t('approvals.kind')}>{t(`approvals.kind_${approval.kind}`)}</Fact>
      <Fact name={t('column.id')}>
        {approval.kind === 'broadcast' ? (
          <Door door={doors.broadcast(approval.key)}>{approval.key}</Door>
        ) : (
          approval.key
        )}
      </Fact>
      <Fact name={t('approvals.submitted_by')}>{nameOf(approval.submitted_by)}</Fact>
      <Fact name={t('approvals.submitted')}>
        <Time at={approval.submitted_at} />
      </Fact>
      <Fact name={t('approvals.authors')}>{approval.authors.map(nameOf).join(', ')}</Fact>
      <Fact name={t('approvals.note')}>{approval.note}</Fact>
      <Fact name={t('approvals.compared')}>{comparedText(approval, t)}</Fact>
      <Fact name={t('approvals.goes_out_with')}>
        {approval.pins
          .map(({ kind, key, version }) => t('approvals.pin', { kind: t(`approvals.kind_${kind}`), key, version }))
          .join(', ')}
      </Fact>
      <Fact name={t('approvals.reach')}>{approval.reach.length > 0 && <Reach keys={approval.reach} />}</Fact>
      <Fact name={t('approvals.decided_by')}>{approval.decided_by && nameOf(approval.decided_by)}</Fact>
      <Fact name={t('approvals.decided')}>{approval.decided_at && <Time at={approval.decided_at} />}</Fact>
      <Fact name={t('approvals.hash')}>
        <code title={approval.present_hash}>{approval.present_hash.slice(0, 12)}</code>
      </Fact>
    </Facts>
  )
}

/** What it is compared with; a broadcast is compared with nothing. */
function comparedText({ kind, base_version: version }: Schema['ApprovalView'], t: TFunction): string {
  if (kind === 'broadcast') return ''
  return version ? t('approvals.compared_version', { version }) : t('approvals.compared_nothing')
}

/** The live templates that change with it, each a door. */
function Reach({ keys }: { keys: string[] }) {
  const { t } = useTranslation()
  const shown = keys.slice(0, 20)
  return (
    <ul className={classes.reach}>
      {shown.map((key) => (
        <li key={key}>
          <Link {...(doors.template(key) as { to: string })}>{key}</Link>
        </li>
      ))}
      {keys.length > shown.length && <li>{t('layouts.others', { count: keys.length - shown.length })}</li>}
    </ul>
  )
}
