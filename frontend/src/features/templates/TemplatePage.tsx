import { Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { PageHeader } from '../../components/PageHeader'
import { StageChip } from '../../components/StageChip'
import { useSearchWords } from '../../lib/use-search'
import { templateQuery, type View } from './api'
import { Editor } from './Editor'
import { Leaving } from './Leaving'
import { ReviewActions } from './ReviewActions'
import { SaveMark } from './SaveMark'
import classes from './TemplatePage.module.css'
import { useDraft } from './use-draft'
import { Versions } from './Versions'

export function TemplatePage() {
  const { key } = useParams({ strict: false }) as { key: string }
  const query = useQuery({ ...templateQuery(key), refetchOnWindowFocus: false })
  return (
    <Answered of={query} page>
      {(view) => <Workshop key={key} view={view} />}
    </Answered>
  )
}

function Workshop({ view }: { view: View }) {
  const { t } = useTranslation()
  const [search, setSearch] = useSearchWords()
  const draft = useDraft(view)
  const subject = { ...view, kind: 'templates' as const }
  const live = view.live_version ? t('templates.live', { version: view.live_version }) : t('templates.never_live')
  return (
    <>
      <PageHeader
        title={view.name}
        mark={
          <span className={classes.mark}>
            <StageChip stage={view.review.open ? view.review.state : view.live_version ? view.review.state : 'draft'} />
            <span className="dim">{live}</span>
          </span>
        }
      >
        <SaveMark draft={draft} />
        <ReviewActions subject={subject} draft={draft} />
      </PageHeader>
      <Leaving draft={draft} />
      <Tabs
        value={search.tab === 'versions' ? 'versions' : 'edit'}
        onChange={(tab) => setSearch({ ...search, tab: tab === 'versions' ? 'versions' : '' }, { replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="sm">
          <Tabs.Tab value="edit">{t('templates.edit')}</Tabs.Tab>
          <Tabs.Tab value="versions">{t('templates.versions')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="edit">
          <Editor view={view} draft={draft} />
        </Tabs.Panel>
        <Tabs.Panel value="versions">
          <Versions subject={subject} />
        </Tabs.Panel>
      </Tabs>
    </>
  )
}
