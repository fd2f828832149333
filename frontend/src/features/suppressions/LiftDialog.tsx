import { Textarea } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ModalForm } from '../../components/form/ModalForm'
import { sayDoneWithUndo } from '../../components/undo'
import { useFormFaults } from '../../lib/form-faults'
import { sayFailed } from '../../lib/notify'
import { type Suppression, useAddSuppression, useLiftSuppression } from './api'

const shown = ['reason']

/** Lets an address be contacted again, for a reason that is kept. */
export function LiftDialog({ suppression, onClose }: { suppression: Suppression; onClose: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [why, setWhy] = useState('')
  const [asked, setAsked] = useState(false)
  const faults = useFormFaults(shown)
  const lift = useLiftSuppression()
  const add = useAddSuppression()
  const { id, channel, address, reason, detail, scope, expires_at: until } = suppression
  const undo = () =>
    add.mutate(
      { channel, address, reason, scope, ...(detail ? { detail } : {}), ...(until ? { expires_at: until } : {}) },
      { onError: (error) => sayFailed(error, t) },
    )
  const submit = () => {
    setAsked(true)
    if (why.trim() === '') return
    lift.mutate(
      { id, reason: why.trim() },
      {
        onError: faults.take,
        onSuccess: () => {
          sayDoneWithUndo(t('suppressions.lifted', { address }), t, undo)
          void navigate({ to: '/suppressions' })
        },
      },
    )
  }
  return (
    <ModalForm
      title={t('suppressions.lift_title', { address })}
      submit={t('suppressions.lift')}
      busy={lift.isPending}
      faults={faults}
      danger
      onClose={onClose}
      onSubmit={submit}
    >
      <p style={{ margin: 0 }}>{t(`suppression_lift.${reason}`)}</p>
      <Textarea
        data-autofocus
        required
        autosize
        minRows={2}
        maxLength={500}
        label={t('suppressions.lift_reason')}
        description={t('suppressions.lift_reason_hint')}
        value={why}
        error={faults.of('reason') ?? (asked && why.trim() === '' ? t('suppressions.lift_reason_missing') : undefined)}
        onChange={(event) => setWhy(event.currentTarget.value)}
      />
    </ModalForm>
  )
}
