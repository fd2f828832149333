import { SegmentedControl, TagsInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Door } from '../../components/Door'
import { ModalForm } from '../../components/form/ModalForm'
import { RecipientPick } from '../../components/RecipientPick'
import { doors } from '../../lib/doors'
import { useFormFaults } from '../../lib/form-faults'
import { type Broadcast, useTrial } from './api'
import classes from './Broadcasts.module.css'

const shown = ['to', 'as']
const most = 10

/** Sends a broadcast to a few as a test: to oneself, or to others by id or address. */
export function TestSend({ of, onClose }: { of: Broadcast; onClose: () => void }) {
  const { t } = useTranslation()
  const [whom, setWhom] = useState<'me' | 'others'>('me')
  const [to, setTo] = useState<string[]>([])
  const [as, setAs] = useState('')
  const faults = useFormFaults(shown)
  const trial = useTrial(of.id)
  const others = whom === 'others'
  const send = () => trial.mutate({ to: others ? to : [], as }, { onError: faults.take })
  return (
    <ModalForm
      title={t('broadcasts.test_title')}
      submit={t('broadcasts.test')}
      busy={trial.isPending}
      faults={faults}
      disabled={others && to.length === 0}
      onClose={onClose}
      onSubmit={send}
    >
      <p className={classes.dim}>{t('broadcasts.test_text')}</p>
      <SegmentedControl
        aria-label={t('broadcasts.test_whom')}
        value={whom}
        onChange={(next) => setWhom(next === 'others' ? 'others' : 'me')}
        data={[
          { value: 'me', label: t('broadcasts.test_me') },
          { value: 'others', label: t('broadcasts.test_others') },
        ]}
      />
      {others && (
        <TagsInput
          label={t('broadcasts.test_to')}
          description={t('broadcasts.test_to_hint')}
          maxTags={most}
          splitChars={[',', ' ', ';']}
          value={to}
          error={faults.of('to')}
          acceptValueOnBlur
          onChange={(next) => {
            setTo(next)
            faults.mend('to')
          }}
        />
      )}
      <div>
        <RecipientPick label={t('broadcasts.test_as')} value={as} onChange={setAs} />
        {faults.of('as') && <p className={classes.bad}>{faults.of('as')}</p>}
      </div>
      {trial.data && (
        <p role="status" className={classes.good}>
          {t('broadcasts.test_sent', { count: trial.data.recipients.length })}{' '}
          {trial.data.recipients.map((recipient) => (
            <Door key={recipient} door={doors.messages({ recipient })}>
              {recipient}
            </Door>
          ))}
        </p>
      )}
    </ModalForm>
  )
}
