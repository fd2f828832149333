import { SegmentedControl } from '@mantine/core'
import { IconFilterOff, IconMailbox } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { LiveMark } from '../../components/LiveMark'
import { PageHeader } from '../../components/PageHeader'
import { State } from '../../components/States'
import type { Schema } from '../../lib/api'
import { usePolling } from '../../lib/live'
import { useSearchWords } from '../../lib/use-search'
import { isOneOf } from '../../lib/words'
import { receivedQuery } from './api'
import { ClearButton } from './ClearButton'
import { FaultsButton } from './Faults'
import { Received } from './Received'
import classes from './SandboxPage.module.css'
import { Viewer } from './Viewer'

/** The channels that have a vendor in the box. */
const boxed = [
  'email',
  'sms',
  'push',
  'slack',
  'whatsapp',
  'telegram',
  'wechat',
  'wecom',
  'dingtalk',
  'feishu',
  'webhook',
] as const

export function SandboxPage() {
  const { t } = useTranslation()
  const [search, setSearch] = useSearchWords()
  const channel = search.channel && isOneOf(boxed, search.channel) ? search.channel : undefined
  const query = useInfiniteQuery({
    ...receivedQuery(channel),
    placeholderData: keepPreviousData,
    refetchInterval: usePolling(),
  })
  return (
    <>
      <PageHeader title={t('sandbox.title')} intro={t('sandbox.intro')}>
        <LiveMark />
        <FaultsButton />
        <ClearButton />
      </PageHeader>
      <div className={classes.channels}>
        <SegmentedControl
          size="xs"
          aria-label={t('filter.channel')}
          value={channel ?? ''}
          onChange={(next) => setSearch({ channel: next })}
          data={[
            { value: '', label: t('sandbox.all_channels') },
            ...boxed.map((each) => ({ value: each, label: t(`channel.${each}`) })),
          ]}
        />
      </div>
      <Answered of={query}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.rows)
          if (rows.length === 0) return <Nothing filtered={channel !== undefined} />
          return (
            <div className={classes.columns}>
              <Received
                rows={rows}
                picked={pickOf(rows, search.id)?.id}
                searchOf={(id) => ({ ...search, id })}
                more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
                loadingMore={query.isFetchingNextPage}
              />
              <Viewer message={pickOf(rows, search.id)} />
            </div>
          )
        }}
      </Answered>
    </>
  )
}

/** The entry of the address bar, or the newest. */
function pickOf(rows: Schema['SandboxMessage'][], id: string | undefined): Schema['SandboxMessage'] | undefined {
  return rows.find((row) => row.id === id) ?? rows[0]
}

function Nothing({ filtered }: { filtered: boolean }) {
  const { t } = useTranslation()
  return (
    <div className="card">
      {filtered ? (
        <State icon={IconFilterOff} title={t('sandbox.none_match')} />
      ) : (
        <State icon={IconMailbox} title={t('sandbox.empty')} text={t('sandbox.empty_text')} />
      )}
    </div>
  )
}
