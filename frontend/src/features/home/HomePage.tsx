import { IconInbox } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { Door } from '../../components/Door'
import { LiveMark } from '../../components/LiveMark'
import { MessageTable } from '../../components/MessageTable'
import { PageHeader } from '../../components/PageHeader'
import { LoadingRows, State } from '../../components/States'
import { doors } from '../../lib/doors'
import { usePolling } from '../../lib/live'
import { ledgerQuery, quickstartQuery, tailQuery } from './api'
import { Checklist } from './Checklist'
import classes from './HomePage.module.css'
import { Ledger } from './Ledger'
import { Quickstart } from './Quickstart'

export function HomePage() {
  const { t } = useTranslation()
  const refetchInterval = usePolling()
  const quickstart = useQuery({ ...quickstartQuery, refetchInterval: refetchInterval && refetchInterval * 3 })
  const ledger = useQuery({ ...ledgerQuery, refetchInterval })
  const tail = useQuery({ ...tailQuery, refetchInterval })
  return (
    <>
      <PageHeader title={t('home.title')}>
        <LiveMark />
      </PageHeader>
      <Answered of={ledger} loading={<div className={classes.ledgerGap} />}>
        {(data) => <Ledger ledger={data} />}
      </Answered>
      <Answered of={quickstart} loading={<LoadingRows rows={6} />}>
        {(data) => (
          <div className={classes.start} data-done={data.checklist.every((item) => item.done) || undefined}>
            <Quickstart quickstart={data} />
            <Checklist items={data.checklist} />
          </div>
        )}
      </Answered>
      <section className={`card ${classes.tail}`} aria-labelledby="tail">
        <div className={classes.tailHead}>
          <h2 id="tail">{t('home.tail')}</h2>
          <Door door={doors.messages()}>{t('home.tail_all')}</Door>
        </div>
        <Answered of={tail}>
          {({ rows }) =>
            rows.length > 0 ? (
              <MessageTable rows={rows} caption={t('home.tail')} />
            ) : (
              <State icon={IconInbox} title={t('home.tail_empty')} text={t('home.tail_empty_text')} />
            )
          }
        </Answered>
      </section>
    </>
  )
}
