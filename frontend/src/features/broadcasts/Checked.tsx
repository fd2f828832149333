import { Button } from '@mantine/core'
import { IconAlertTriangle, IconCircleX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Chip } from '../../components/Chip'
import { Failed } from '../../components/States'
import { type Broadcast, checkQuery, type Finding } from './api'
import classes from './Broadcasts.module.css'
import { Previews } from './Previews'
import { Reach } from './Reach'

/** What speaks against a broadcast, whom it reaches and what they see. Of a draft somebody asks for it; what is frozen is shown. */
export function Checked({ of }: { of: Broadcast }) {
  const { t } = useTranslation()
  const draft = of.state === 'draft' || of.state === 'rejected'
  const [asked, setAsked] = useState(false)
  const query = useQuery(checkQuery(of, asked || (!draft && of.frozen !== null)))
  const check = query.data
  const run = () => (asked ? void query.refetch() : setAsked(true))
  return (
    <section className={`card ${classes.card}`} aria-label={t('broadcasts.check')} aria-busy={query.isFetching}>
      <div className={classes.head}>
        <div>
          <h2>{t('broadcasts.check')}</h2>
          <p className={classes.dim}>{t('broadcasts.check_intro')}</p>
        </div>
        {draft && (
          <Button variant="default" loading={query.isFetching} onClick={run}>
            {check ? t('broadcasts.check_again') : t('broadcasts.check_run')}
          </Button>
        )}
      </div>
      <div aria-live="polite">
        {query.isFetching && !check && <p className={classes.dim}>{t('broadcasts.checking')}</p>}
        {query.error && !check && <Failed error={query.error} />}
        {check && <Findings list={check.findings} />}
      </div>
      {check && check.estimate.people > 0 && <Reach estimate={check.estimate} />}
      {check && <Previews list={check.previews} />}
    </section>
  )
}

function Findings({ list }: { list: Finding[] }) {
  const { t } = useTranslation()
  if (list.length === 0) return <p className={classes.dim}>{t('broadcasts.no_findings')}</p>
  return (
    <ul className={classes.list}>
      {list.map((finding) => (
        <li key={`${finding.code} ${finding.path}`} className={classes.finding}>
          {finding.level === 'bars' ? (
            <Chip tone="bad" icon={IconCircleX}>
              {t('broadcasts.bars')}
            </Chip>
          ) : (
            <Chip tone="warn" icon={IconAlertTriangle}>
              {t('broadcasts.warns')}
            </Chip>
          )}
          <span>
            {finding.detail}{' '}
            {finding.people ? (
              <span className="dim">{t('broadcasts.holds_for', { people: finding.people.toLocaleString() })}</span>
            ) : null}
          </span>
        </li>
      ))}
    </ul>
  )
}
