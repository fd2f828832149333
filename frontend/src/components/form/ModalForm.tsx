import { Button, Group, Stack } from '@mantine/core'
import type { FormEvent, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { FormFaults } from '../../lib/form-faults'
import { errorSentence } from '../../lib/sentences'
import { Dialog } from '../Dialog'
import classes from './FormPage.module.css'

interface Props {
  title: string
  /** What the button says. */
  submit: string
  busy: boolean
  faults: FormFaults
  /** Nothing to send yet. */
  disabled?: boolean
  danger?: boolean
  size?: string | number
  onClose: () => void
  onSubmit: () => void
  children: ReactNode
}

/** A short form in a dialog, with what the server said of the whole. */
export function ModalForm(props: Props) {
  const { title, submit, busy, faults, disabled, danger, size, onClose, onSubmit, children } = props
  const { t } = useTranslation()
  const send = (event: FormEvent) => {
    event.preventDefault()
    // A form in a dialog of a page form is no part of that one.
    event.stopPropagation()
    if (!busy && !disabled) onSubmit()
  }
  return (
    <Dialog opened onClose={onClose} title={title} {...(size ? { size } : {})}>
      <form onSubmit={send} noValidate>
        {faults.rest && (
          <p role="alert" className={classes.fault}>
            {errorSentence(faults.rest, t)}
          </p>
        )}
        <Stack gap={12}>{children}</Stack>
        <Group justify="flex-end" gap={8} mt="md">
          <Button variant="default" onClick={onClose}>
            {t('act.cancel')}
          </Button>
          <Button type="submit" loading={busy} disabled={disabled ?? false} {...(danger ? { color: 'red' } : {})}>
            {submit}
          </Button>
        </Group>
      </form>
    </Dialog>
  )
}
