import { Button } from '@mantine/core'
import { IconBan, IconFileUpload, IconPlus } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { PickFilter } from '../../components/filters/PickFilter'
import { SearchFilter } from '../../components/filters/SearchFilter'
import { ListPage } from '../../components/list/ListPage'
import type { Search } from '../../lib/search'
import { usePermission } from '../../lib/session'
import { useSearchWords } from '../../lib/use-search'
import { channels, isOneOf, suppressionEnds, suppressionReasons, suppressionScopes } from '../../lib/words'
import { AddDialog } from './AddDialog'
import { type SuppressionFilter, suppressionList } from './api'
import { ImportDialog } from './ImportDialog'
import { useSuppressionList } from './use-suppression-list'

function filterOf(search: Search): SuppressionFilter {
  const filter: SuppressionFilter = {}
  if (search.q) filter.q = search.q
  if (search.recipient) filter.recipient = search.recipient
  if (search.channel && isOneOf(channels, search.channel)) filter.channel = search.channel
  if (search.reason && isOneOf(suppressionReasons, search.reason)) filter.reason = search.reason
  if (search.scope) filter.scope = search.scope
  if (search.ended && isOneOf(suppressionEnds, search.ended)) filter.ended = search.ended
  return filter
}

/** Addresses that must not be contacted. */
export function SuppressionsPage() {
  const { t } = useTranslation()
  const [search] = useSearchWords()
  const source = useMemo(() => suppressionList(filterOf(search)), [search])
  const [dialog, setDialog] = useState<'add' | 'import'>()
  const mayWrite = usePermission('deliveries:write')
  const close = () => setDialog(undefined)
  const add = (
    <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setDialog('add')}>
      {t('suppressions.add')}
    </Button>
  )
  return (
    <>
      <ListPage
        title={t('suppressions.title')}
        intro={t('suppressions.intro')}
        caption={t('suppressions.caption')}
        source={source}
        {...useSuppressionList(search.ended !== undefined && search.ended !== '')}
        filters={<Filters />}
        actions={
          mayWrite && (
            <>
              <Button
                variant="default"
                leftSection={<IconFileUpload size={14} aria-hidden />}
                onClick={() => setDialog('import')}
              >
                {t('suppressions.import')}
              </Button>
              {add}
            </>
          )
        }
        nothing={{
          icon: IconBan,
          title: t('suppressions.empty'),
          text: t('suppressions.empty_text'),
          next: mayWrite && add,
          noMatch: t('suppressions.none_match'),
        }}
      />
      {dialog === 'add' && <AddDialog onClose={close} />}
      {dialog === 'import' && <ImportDialog onClose={close} />}
    </>
  )
}

function Filters() {
  const { t } = useTranslation()
  return (
    <>
      <SearchFilter placeholder={t('suppressions.search_placeholder')} />
      <PickFilter
        word="channel"
        label={t('column.channel')}
        any={t('suppressions.any_channel')}
        choices={channels.map((value) => ({ value, label: t(`channel.${value}`) }))}
      />
      <PickFilter
        word="reason"
        label={t('suppressions.reason')}
        any={t('suppressions.any_reason')}
        choices={suppressionReasons.map((value) => ({ value, label: t(`suppression_reason.${value}`) }))}
      />
      <PickFilter
        word="scope"
        label={t('suppressions.scope')}
        any={t('suppressions.any_scope')}
        choices={suppressionScopes.map((value) => ({ value, label: t(`suppression_scope.${value}`) }))}
      />
      <PickFilter
        word="ended"
        label={t('suppressions.state')}
        any={t('suppressions.in_force')}
        choices={suppressionEnds.map((value) => ({ value, label: t(`suppression_end.${value}`) }))}
      />
    </>
  )
}
