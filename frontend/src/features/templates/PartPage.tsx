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
import { PartialEditor } from './PartialEditor'
import { type PartKind, type PartView, partQuery, usePartDraft } from './parts'
import { ReviewActions } from './ReviewActions'
import { SaveMark } from './SaveMark'
import classes from './TemplatePage.module.css'
import { Versions } from './Versions'

/** A layout: its words with an email in it, its versions, its way to people. */
export const LayoutPage = () => <PartPage kind="layouts" />

/** A partial: its words, its versions, its way to people. */
export const PartialPage = () => <PartPage kind="partials" />

function PartPage({ kind }: { kind: PartKind }) {
  const { key } = useParams({ strict: false }) as { key: string }
  const query = useQuery({ ...partQuery(kind, key), refetchOnWindowFocus: false })
  return (
    <Answered of={query} page>
      {(view) => <Workshop key={key} kind={kind} view={{ ...view, key }} />}
    </Answered>
  )
}

function Workshop({ kind, view }: { kind: PartKind; view: PartView }) {
  const { t } = useTranslation()
  const [search, setSearch] = useSearchWords()
  const draft = usePartDraft(kind, view)
  const subject = { ...view, kind }
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
          <Tabs.Tab value="edit">{kind === 'layouts' ? t('field.layout') : t('field.partial')}</Tabs.Tab>
          <Tabs.Tab value="versions">{t('templates.versions')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="edit">
          {kind === 'layouts' ? (
            <LayoutEditor view={view} draft={draft} />
          ) : (
            <PartialEditor view={view} draft={draft} />
          )}
        </Tabs.Panel>
        <Tabs.Panel value="versions">
          <Versions subject={subject} />
        </Tabs.Panel>
      </Tabs>
    </>
  )
}
