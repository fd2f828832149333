import { Button } from '@mantine/core'
import { IconAlertTriangle, IconCircleX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Chip } from '../../components/Chip'
import { Failed } from '../../components/States'
import { type Broadcast, type Check, checkQuery, type Finding, type Quota } from './api'
import classes from './Broadcasts.module.css'
import { Previews } from './Previews'
import { Reach } from './Reach'
import { placeOf, type Step } from './steps'

/** What speaks against a broadcast, whom it reaches and what they see. Of a draft somebody asks for it; what is frozen is shown. */
export function Checked({ of }: { of: Broadcast }) {
  const { t } = useTranslation()
  const draft = of.frozen === null && (of.state === 'draft' || of.state === 'rejected')
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
      </div>
      {check && <Found of={of} check={check} />}
    </section>
  )
}

/** Goes to the field of a step. */
type Go = (step: Step, field: string) => void

/** All that a check has found. */
export function Found({ of, check, onGo }: { of: Broadcast; check: Check; onGo?: Go }) {
  return (
    <>
      <Findings list={check.findings} {...(onGo ? { onGo } : {})} />
      {check.estimate.people > 0 && <Reach estimate={check.estimate} />}
      <QuotaLine quota={check.quota} />
      <Previews of={of} list={check.previews} />
    </>
  )
}

/** What the day and the month it begins in still have room for, where that is bounded. */
function QuotaLine({ quota }: { quota: Quota }) {
  const { t } = useTranslation()
  const rooms = (['day', 'month'] as const).filter((span) => quota[span].limit > 0)
  if (rooms.length === 0) return null
  const said = rooms.map((span) =>
    t(`broadcasts.quota_${span}`, {
      taken: quota[span].taken.toLocaleString(),
      limit: quota[span].limit.toLocaleString(),
      date: quota.date,
    }),
  )
  return (
    <p className={classes.dim}>
      {t('broadcasts.quota')}:{' '}
      {[...said, t('broadcasts.quota_needs', { needs: quota.needs.toLocaleString() })].join('; ')}
    </p>
  )
}

/** What speaks against it, each with the way to where it is mended. */
export function Findings({ list, onGo }: { list: Finding[]; onGo?: Go }) {
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
            {onGo && <Mend path={finding.path} onGo={onGo} />}
          </span>
        </li>
      ))}
    </ul>
  )
}

function Mend({ path, onGo }: { path: string; onGo: Go }) {
  const { t } = useTranslation()
  const place = placeOf(path)
  if (!place) return null
  return (
    <button type="button" className={classes.mend} onClick={() => onGo(place.step, place.field)}>
      {t('broadcasts.mend_in', { step: t(`broadcasts.step_${place.step}`) })}
    </button>
  )
}
