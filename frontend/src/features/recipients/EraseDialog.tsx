import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ModalForm } from '../../components/form/ModalForm'
import { useFormFaults } from '../../lib/form-faults'
import { sayDone } from '../../lib/notify'
import { type Recipient, useErase } from './api'
import classes from './RecipientPage.module.css'

const gone = ['profile', 'choices', 'inbox', 'content', 'receipts', 'events', 'waiting'] as const
const stays = ['id', 'decisions', 'events', 'suppressions', 'audit', 'vendors'] as const

/** Erases a person, after saying what goes and what stays and having the id typed. */
export function EraseDialog({ recipient, onClose }: { recipient: Recipient; onClose: () => void }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const faults = useFormFaults([])
  const erase = useErase()
  const submit = () =>
    erase.mutate(recipient.id, {
      onError: faults.take,
      onSuccess: () => {
        sayDone(t('recipients.erase_done'))
        onClose()
      },
    })
  return (
    <ModalForm
      title={t('recipients.erase_title', { name: recipient.name || recipient.id })}
      submit={t('recipients.erase_now')}
      busy={erase.isPending}
      faults={faults}
      disabled={typed.trim() !== recipient.id}
      danger
      size="lg"
      onClose={onClose}
      onSubmit={submit}
    >
      <div>
        <h3>{t('recipients.erase_gone')}</h3>
        <ul className={classes.list}>
          {gone.map((what) => (
            <li key={what}>{t(`erase_gone.${what}`)}</li>
          ))}
        </ul>
      </div>
      <div>
        <h3>{t('recipients.erase_stays')}</h3>
        <ul className={classes.list}>
          {stays.map((what) => (
            <li key={what}>{t(`erase_stays.${what}`)}</li>
          ))}
        </ul>
      </div>
      <TextInput
        autoComplete="off"
        label={t('recipients.erase_type', { id: recipient.id })}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
    </ModalForm>
  )
}
