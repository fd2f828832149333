import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { Confirm } from '../../components/Confirm'
import { StageChip } from '../../components/StageChip'
import table from '../../components/Table.module.css'
import { Time } from '../../components/Time'
import { api, type Schema, unwrap } from '../../lib/api'
import { sayDone, sayFailed } from '../../lib/notify'
import { usePermission } from '../../lib/session'
import { historyQuery, type Workflow } from './api'
import { Compare } from './Compare'
import type { Editing } from './use-editing'
import classes from './Versions.module.css'

/** Every version, what differs between two of them, and the way back. */
export function Versions({ workflow, editing }: { workflow: Workflow; editing: Editing }) {
  const { t } = useTranslation()
  const query = useQuery(historyQuery(workflow.key))
  return (
    <Answered of={query}>
      {({ versions, names }) => (
        <div className={classes.all}>
          <section className="card" aria-label={t('workflows.tab_versions')}>
            <table className={table.table}>
              <caption>{t('workflows.tab_versions')}</caption>
              <thead>
                <tr>
                  <th scope="col">{t('workflows.version')}</th>
                  <th scope="col">{t('column.status')}</th>
                  <th scope="col">{t('workflows.written_by')}</th>
                  <th scope="col">{t('workflows.published')}</th>
                  <td />
                </tr>
              </thead>
              <tbody>
                {versions.map((version) => (
                  <Line key={version.version} version={version} names={names} workflow={workflow} editing={editing} />
                ))}
              </tbody>
            </table>
          </section>
          <Compare workflow={workflow} versions={versions} />
        </div>
      )}
    </Answered>
  )
}

interface LineProps {
  version: Schema['ReviewVersion']
  names: Record<string, string>
  workflow: Workflow
  editing: Editing
}

function Line({ version, names, workflow, editing }: LineProps) {
  const isLive = version.version === workflow.review.live_version
  const nameOf = (id: string | undefined) => (id ? (names[id] ?? id) : '')
  return (
    <tr>
      <td>v{version.version}</td>
      <td>{isLive ? <StageChip stage="live" /> : <StageChip stage={version.state} />}</td>
      <td className="cut">{nameOf(version.updated_by)}</td>
      <td className={table.dim}>
        {version.published_at && (
          <>
            <Time at={version.published_at} /> {nameOf(version.published_by)}
          </>
        )}
      </td>
      <td className={table.right}>
        {version.published_at && !isLive && (
          <RollBack workflow={workflow} version={version.version} editing={editing} />
        )}
      </td>
    </tr>
  )
}

/** Makes a version that was live before live again. */
function RollBack({ workflow, version, editing }: { workflow: Workflow; version: number; editing: Editing }) {
  const { t } = useTranslation()
  const may = usePermission('content:approve')
  const [asking, setAsking] = useState(false)
  const roll = useMutation({
    mutationFn: () =>
      unwrap(api.POST('/v1/workflows/{key}/rollback', { params: { path: { key: workflow.key } }, body: { version } })),
    onSuccess: () => {
      sayDone(t('workflows.rolled_back', { version }))
      void editing.reset()
    },
    onError: (error) => sayFailed(error, t),
    onSettled: () => setAsking(false),
  })
  if (!may) return null
  return (
    <>
      <Button size="compact-xs" variant="default" onClick={() => setAsking(true)}>
        {t('workflows.roll_back')}
      </Button>
      <Confirm
        title={t('workflows.roll_back_title', { version })}
        text={t('workflows.roll_back_text', { version, live: workflow.review.live_version })}
        confirm={t('workflows.roll_back')}
        opened={asking}
        busy={roll.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => roll.mutate()}
      />
    </>
  )
}
