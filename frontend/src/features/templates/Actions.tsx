import { ActionIcon, Button, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../../lib/api'
import classes from './TemplatePage.module.css'

type Action = Schema['Action']

interface Props {
  actions: Action[]
  readOnly: boolean
  onChange: (actions: Action[]) => void
}

/** The buttons of an in-app notification. */
export function Actions({ actions, readOnly, onChange }: Props) {
  const { t } = useTranslation()
  const set = (at: number, change: Partial<Action>) =>
    onChange(actions.map((action, i) => (i === at ? { ...action, ...change } : action)))
  return (
    <fieldset className={classes.actions} disabled={readOnly}>
      {actions.map((action, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a button has no other name while its id is being typed
        <div key={at} className={classes.action}>
          <TextInput
            size="xs"
            label={t('templates.action_id')}
            value={action.id}
            onChange={(event) => set(at, { id: event.currentTarget.value })}
          />
          <TextInput
            size="xs"
            label={t('templates.action_label')}
            value={action.label}
            onChange={(event) => set(at, { label: event.currentTarget.value })}
          />
          <TextInput
            size="xs"
            label={t('field.url')}
            value={action.url ?? ''}
            onChange={(event) => set(at, { url: event.currentTarget.value })}
          />
          {!readOnly && (
            <ActionIcon
              variant="subtle"
              color="red"
              aria-label={t('act.delete')}
              onClick={() => onChange(actions.filter((_, i) => i !== at))}
            >
              <IconTrash size={15} aria-hidden />
            </ActionIcon>
          )}
        </div>
      ))}
      {!readOnly && (
        <Button size="compact-xs" variant="subtle" onClick={() => onChange([...actions, { id: '', label: '' }])}>
          {t('templates.add_action')}
        </Button>
      )}
    </fieldset>
  )
}
