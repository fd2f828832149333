import { Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { PageHeader } from '../../components/PageHeader'
import { StageChip } from '../../components/StageChip'
import { usePermission } from '../../lib/session'
import { useSearchWords } from '../../lib/use-search'
import { type Workflow, workflowQuery } from './api'
import { Builder } from './Builder'
import classes from './Builder.module.css'
import { ReviewActions } from './ReviewActions'
import { SaveState } from './SaveState'
import { useEditing, useFaults } from './use-editing'
import { Versions } from './Versions'

export function WorkflowPage() {
  const { key } = useParams({ strict: false }) as { key: string }
  const query = useQuery({ ...workflowQuery(key), refetchOnWindowFocus: false })
  const [start, setStart] = useState(0)
  return (
    <Answered of={query} page>
      {(workflow) => <Whole key={`${key}-${start}`} workflow={workflow} onReset={() => setStart(start + 1)} />}
    </Answered>
  )
}

function Whole({ workflow, onReset }: { workflow: Workflow; onReset: () => void }) {
  const { t } = useTranslation()
  const mayWrite = usePermission('content:write')
  const [search, setSearch] = useSearchWords()
  const { review } = workflow
  const editing = useEditing(workflow, { readOnly: !mayWrite || review.state === 'retired', onReset })
  const { faults, doubts } = useFaults(workflow.key, editing.draft)
  const tab = search.tab === 'versions' ? 'versions' : 'build'
  return (
    <>
      <PageHeader
        title={editing.draft.name || workflow.key}
        mark={
          <>
            <StageChip stage={review.state} />
            {review.live_version > 0 && (
              <span className={classes.live}>{t('workflows.live_version', { version: review.live_version })}</span>
            )}
          </>
        }
      >
        <SaveState editing={editing} />
        <ReviewActions workflow={workflow} editing={editing} faults={faults} />
      </PageHeader>
      <Tabs value={tab} onChange={(next) => setSearch(next === 'versions' ? { tab: 'versions' } : {})}>
        <Tabs.List mb={14}>
          <Tabs.Tab value="build">{t('workflows.tab_build')}</Tabs.Tab>
          <Tabs.Tab value="versions">{t('workflows.tab_versions')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="build">
          <Builder editing={editing} faults={faults} doubts={doubts} />
        </Tabs.Panel>
        <Tabs.Panel value="versions">
          {tab === 'versions' && <Versions workflow={workflow} editing={editing} />}
        </Tabs.Panel>
      </Tabs>
    </>
  )
}
