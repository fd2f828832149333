import { Switch } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AskReason } from './AskReason'
import { type Broadcast, hasEnded } from './api'

interface Props {
  of: Broadcast
  label: string
  busy: boolean
  onClose: () => void
  onSubmit: (
    words: { reason: string; keep_sent: boolean },
    does: { onError: (error: Error) => void; onSuccess: (now: Broadcast) => void },
  ) => void
  onDone: () => void
}

/** Asks whether to end a broadcast, and whether to take back what has gone out of it. */
export function AskCancel({ of, onSubmit, ...dialog }: Props) {
  const { t } = useTranslation()
  const ended = hasEnded(of.state)
  const begun = of.started_at !== undefined
  const [takes, setTakes] = useState(true)
  return (
    <AskReason
      {...dialog}
      danger
      title={t(ended ? 'broadcasts.recall_title' : 'broadcasts.cancel_title')}
      text={t(ended ? 'broadcasts.recall_text' : 'broadcasts.cancel_text')}
      submit={t(ended ? 'broadcasts.recall_button' : 'broadcasts.cancel')}
      onSubmit={(reason, does) => onSubmit({ reason, keep_sent: begun && !takes }, does)}
    >
      {begun && !ended && (
        <Switch
          label={t('broadcasts.recall_what')}
          description={t('broadcasts.recall_what_hint')}
          checked={takes}
          onChange={(event) => setTakes(event.currentTarget.checked)}
        />
      )}
    </AskReason>
  )
}
