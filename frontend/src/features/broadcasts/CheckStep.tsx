import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Failed } from '../../components/States'
import { type Broadcast, checkQuery } from './api'
import classes from './Broadcasts.module.css'
import { Found } from './Checked'
import { Lacking } from './Lacking'
import type { Lack, Step } from './steps'
import type { Writing } from './use-draft'

export interface StepProps {
  of: Broadcast | undefined
  writing: Writing
  lacks: Lack[]
  onGo: (step: Step, field?: string) => void
}

/** The server has every word of it, and nothing is missing. */
export const isReady = ({ of, writing, lacks }: StepProps) =>
  of !== undefined && lacks.length === 0 && !writing.dirty && !writing.busy

/** What speaks against a draft, whom it reaches and what they see; it is asked as soon as nothing is missing. */
export function CheckStep(props: StepProps) {
  const { of, lacks, onGo } = props
  const { t } = useTranslation()
  if (lacks.length > 0) {
    return (
      <>
        <Lacking list={lacks} onGo={onGo} />
        <p className={classes.dim}>{t('broadcasts.check_waits')}</p>
      </>
    )
  }
  if (!of) return <p className={classes.dim}>{t('broadcasts.check_unsaved')}</p>
  return <Result of={of} ready={isReady(props)} onGo={onGo} />
}

function Result({ of, ready, onGo }: { of: Broadcast; ready: boolean; onGo: StepProps['onGo'] }) {
  const { t } = useTranslation()
  const query = useQuery(checkQuery(of, ready))
  const { data: check, error, isFetching } = query
  return (
    <div className={`card ${classes.card} ${classes.stack}`} aria-busy={isFetching}>
      <div aria-live="polite">
        {isFetching && <p className={classes.dim}>{t('broadcasts.checking')}</p>}
        {error && !isFetching && !check && <Failed error={error} />}
      </div>
      {check && <Found of={of} check={check} onGo={onGo} />}
      <div>
        <Button variant="default" disabled={!ready} loading={isFetching} onClick={() => void query.refetch()}>
          {t('broadcasts.check_again')}
        </Button>
      </div>
    </div>
  )
}
