import { Button, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ModalForm } from '../../components/form/ModalForm'
import { ApiError } from '../../lib/api'
import { useFormFaults } from '../../lib/form-faults'
import { sayDone } from '../../lib/notify'
import { type Group, useAddMembers } from './api'
import { faultyOf, idsIn } from './ids'
import { PeoplePicker } from './PeoplePicker'

/** What the server takes in one request. */
const most = 1000
const shown: string[] = []

/** Adds people: found by name, or pasted as ids. Nobody is added while one of them is not known. */
export function AddMembersDialog({ group, onClose }: { group: Group; onClose: () => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const [faulty, setFaulty] = useState<string[]>([])
  const faults = useFormFaults(shown)
  const add = useAddMembers(group.key)
  const ids = idsIn(text)
  const change = (next: string) => {
    setText(next)
    setFaulty([])
    faults.take(null)
  }
  const refused = (error: Error) => {
    const wrong = error instanceof ApiError ? faultyOf(error.fields, ids) : []
    setFaulty(wrong)
    faults.take(wrong.length > 0 ? null : error)
  }
  const submit = () =>
    add.mutate(ids, {
      onError: refused,
      onSuccess: () => {
        sayDone(t('groups.added', { count: ids.length }))
        onClose()
      },
    })
  return (
    <ModalForm
      title={t('groups.add_title', { name: group.name })}
      submit={t('groups.add_count', { count: ids.length })}
      busy={add.isPending}
      disabled={ids.length === 0 || ids.length > most || faulty.length > 0}
      faults={faults}
      size="lg"
      onClose={onClose}
      onSubmit={submit}
    >
      <PeoplePicker onPick={(id) => change([...ids, id].join('\n'))} />
      <Textarea
        label={t('groups.paste')}
        description={t('groups.paste_hint')}
        autosize
        minRows={4}
        maxRows={12}
        value={text}
        error={ids.length > most ? t('groups.too_many', { count: most }) : undefined}
        onChange={(event) => change(event.currentTarget.value)}
      />
      {faulty.length > 0 && (
        <div role="alert" style={{ color: 'var(--bad)' }}>
          {t('groups.unknown', { count: faulty.length })}
          <pre style={{ maxHeight: 140, overflow: 'auto', margin: '6px 0' }}>{faulty.join('\n')}</pre>
          <Button
            variant="default"
            size="compact-xs"
            onClick={() => change(ids.filter((id) => !faulty.includes(id)).join('\n'))}
          >
            {t('groups.drop_unknown')}
          </Button>
        </div>
      )}
    </ModalForm>
  )
}
