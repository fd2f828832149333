import { Button, Group, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../../components/Dialog'
import { ApiError, type Schema } from '../../lib/api'
import { errorSentence } from '../../lib/sentences'
import { isOneOf, outcomes } from '../../lib/words'
import { type Integration, useTry } from './api'
import classes from './Channels.module.css'

interface Props {
  account: Integration
  onClose: () => void
}

/** Makes a real call to the vendor and shows what it says. A vendor that cannot be asked is sent a test message. */
export function TryDialog({ account, onClose }: Props) {
  const { t } = useTranslation()
  const [address, setAddress] = useState('')
  const test = useTry(account.id)
  const needsAddress = test.error instanceof ApiError && test.error.fields.some(({ path }) => path === 'address')
  const [asks, setAsks] = useState(false)
  if (needsAddress && !asks) setAsks(true)
  return (
    <Dialog opened onClose={onClose} title={t('channels.test_title', { name: account.name })}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          test.mutate(address.trim())
        }}
      >
        <p>{asks ? t('channels.test_message_text') : t('channels.test_text')}</p>
        {asks && (
          <TextInput
            label={t('column.address')}
            data-autofocus
            value={address}
            onChange={(event) => setAddress(event.currentTarget.value)}
          />
        )}
        <div aria-live="polite">
          {test.data && <Result trial={test.data} />}
          {test.error && !needsAddress && (
            <div className={classes.result} data-ok={false}>
              {errorSentence(test.error, t)}
            </div>
          )}
        </div>
        <Group justify="flex-end" gap={8} mt="md">
          <Button variant="default" onClick={onClose}>
            {t('act.close')}
          </Button>
          <Button type="submit" loading={test.isPending} disabled={asks && address.trim() === ''}>
            {asks ? t('channels.test_send') : t('channels.test_now')}
          </Button>
        </Group>
      </form>
    </Dialog>
  )
}

function Result({ trial }: { trial: Schema['Trial'] }) {
  const { t } = useTranslation()
  const outcome = isOneOf(outcomes, trial.outcome) ? t(`outcome.${trial.outcome}`) : trial.outcome
  const said = trial.ok ? (trial.sent ? t('channels.test_sent') : t('channels.test_ok')) : outcome
  return (
    <div className={classes.result} data-ok={trial.ok}>
      <b>{said}</b>
      {trial.detail && <p>{trial.detail}</p>}
      <p>{[trial.ok ? '' : trial.code, t('channels.test_took', { ms: trial.took_ms })].filter(Boolean).join(' · ')}</p>
    </div>
  )
}
