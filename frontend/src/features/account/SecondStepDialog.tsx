import { Button, Group, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyButton } from '../../components/CopyButton'
import { Dialog } from '../../components/Dialog'
import type { Schema } from '../../lib/api'
import { sorted } from '../../lib/form-faults'
import { errorSentence } from '../../lib/sentences'
import { useConfirmSecondStep, useEnrol } from './api'
import { PasswordAsk } from './PasswordAsk'
import { QrCode } from './QrCode'
import classes from './SecondStepDialog.module.css'

/** Password, picture, first code, recovery codes: one after the other. */
export function SecondStepDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const enrol = useEnrol()
  const confirm = useConfirmSecondStep()
  if (!enrol.data) {
    return (
      <PasswordAsk
        title={t('account.second')}
        action={t('account.second_next')}
        error={enrol.error}
        busy={enrol.isPending}
        onClose={onClose}
        onGiven={(password) => enrol.mutate(password)}
      />
    )
  }
  return (
    <Dialog opened onClose={onClose} title={t('account.second')} closeOnClickOutside={false}>
      {confirm.data ? (
        <Codes codes={confirm.data.recovery_codes} onClose={onClose} />
      ) : (
        <Scan
          enrolment={enrol.data}
          error={confirm.error}
          busy={confirm.isPending}
          onCode={(code) => confirm.mutate(code)}
        />
      )}
    </Dialog>
  )
}

interface ScanProps {
  enrolment: Schema['Enrolment']
  error: Error | null
  busy: boolean
  onCode: (code: string) => void
}

function Scan({ enrolment, error, busy, onCode }: ScanProps) {
  const { t } = useTranslation()
  const [code, setCode] = useState('')
  const { placed, left } = sorted(error, ['code'])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onCode(code.replaceAll(' ', ''))
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap={12}>
        <div>{t('account.second_scan')}</div>
        <QrCode text={enrolment.otpauth_url} label={t('account.second_picture')} />
        <Group gap={6} justify="center">
          <span className="dim">{t('account.second_key')}</span>
          <code className={classes.key}>{enrolment.secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>
          <CopyButton text={enrolment.secret} label={t('account.second_key')} />
        </Group>
        <TextInput
          size="sm"
          data-autofocus
          label={t('session.code')}
          autoComplete="one-time-code"
          inputMode="numeric"
          value={code}
          error={placed.code ?? (left ? errorSentence(left, t) : undefined)}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={busy} disabled={!code}>
            {t('account.second_confirm')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function Codes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Stack gap={12}>
      <div>{t('account.second_codes')}</div>
      <ul className={classes.codes}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <Group justify="space-between">
        <CopyButton text={codes.join('\n')} label={t('account.second_copy')} />
        <Button onClick={onClose}>{t('account.second_kept')}</Button>
      </Group>
    </Stack>
  )
}
