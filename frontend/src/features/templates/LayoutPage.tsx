import { Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { PageHeader } from '../../components/PageHeader'
import { StageChip } from '../../components/StageChip'
import { useSearchWords } from '../../lib/use-search'
import { LayoutEditor } from './LayoutEditor'
import { Leaving } from './Leaving'
import { type LayoutView, layoutQuery, useLayoutDraft } from './layouts'
import { ReviewActions } from './ReviewActions'
import { SaveMark } from './SaveMark'
import classes from './TemplatePage.module.css'
import { Versions } from './Versions'

export function LayoutPage() {
  const { key } = useParams({ strict: false }) as { key: string }
  const query = useQuery({ ...layoutQuery(key), refetchOnWindowFocus: false })
  return (
    <Answered of={query} page>
      {(view) => <Workshop key={key} view={{ ...view, key }} />}
    </Answered>
  )
}

function Workshop({ view }: { view: LayoutView }) {
  const { t } = useTranslation()
  const [search, setSearch] = useSearchWords()
  const draft = useLayoutDraft(view)
  const subject = { ...view, kind: 'layouts' as const }
  const version = view.review.live_version
  return (
    <>
      <PageHeader
        title={view.key}
        mark={
          <span className={classes.mark}>
            <StageChip stage={view.review.open || version ? view.review.state : 'draft'} />
            <span className="dim">{version ? t('templates.live', { version }) : t('templates.never_live')}</span>
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
          <Tabs.Tab value="edit">{t('field.layout')}</Tabs.Tab>
          <Tabs.Tab value="versions">{t('templates.versions')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="edit">
          <LayoutEditor view={view} draft={draft} />
        </Tabs.Panel>
        <Tabs.Panel value="versions">
          <Versions subject={subject} />
        </Tabs.Panel>
      </Tabs>
    </>
  )
}
