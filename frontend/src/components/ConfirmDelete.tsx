import { Button, Group, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Door as Target } from '../lib/doors'
import classes from './ConfirmDelete.module.css'
import { Dialog } from './Dialog'
import { Door } from './Door'

/** One thing that depends on what is about to go. */
export interface Dependent {
  /** Such as "Workflow order.shipped" or "1,204 messages". */
  name: string
  door?: Target
}

interface Props {
  /** What goes, such as "Delete the integration". */
  title: string
  name: string
  /** What happens then, in a sentence. */
  text: string
  /** What depends on it; undefined while that is being asked. */
  dependents: Dependent[] | undefined
  /** Nothing may depend on it: with dependents it cannot be deleted. */
  blocked?: boolean
  busy: boolean
  onClose: () => void
  onConfirm: () => void
}

/** Asks before a deletion, names what depends on it, and wants the name typed when something does. */
export function ConfirmDelete({ title, name, text, dependents, blocked, busy, onClose, onConfirm }: Props) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const some = (dependents?.length ?? 0) > 0
  const ready = dependents !== undefined && (!some || (!blocked && typed.trim() === name))
  return (
    <Dialog opened onClose={onClose} title={title}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (ready) onConfirm()
        }}
      >
        <p className={classes.text}>
          <b>{name}</b> {text}
        </p>
        {some && <Dependents dependents={dependents ?? []} blocked={blocked ?? false} />}
        {some && !blocked && (
          <TextInput
            size="sm"
            data-autofocus
            autoComplete="off"
            label={t('delete.type_name', { name })}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        )}
        <Group justify="flex-end" gap={8} mt="md">
          <Button variant="default" onClick={onClose}>
            {blocked && some ? t('act.close') : t('act.cancel')}
          </Button>
          {!(blocked && some) && (
            <Button type="submit" color="red" loading={busy} disabled={!ready}>
              {t('act.delete')}
            </Button>
          )}
        </Group>
      </form>
    </Dialog>
  )
}

function Dependents({ dependents, blocked }: { dependents: Dependent[]; blocked: boolean }) {
  const { t } = useTranslation()
  return (
    <div className={classes.dependents}>
      <p>{blocked ? t('delete.blocked') : t('delete.dependents')}</p>
      <ul>
        {dependents.map(({ name, door }) => (
          <li key={name}>{door ? <Door door={door}>{name}</Door> : name}</li>
        ))}
      </ul>
    </div>
  )
}
