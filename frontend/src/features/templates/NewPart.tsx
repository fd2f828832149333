import { Button, Modal, TextInput } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { doors } from '../../lib/doors'
import { useFormFaults } from '../../lib/form-faults'
import { errorSentence } from '../../lib/sentences'
import { beginnings, type PartKind, partKeys, savePart } from './parts'

const shown = ['key', 'revision'] as const

/** Begins a layout or a partial. */
export function NewPart({ kind }: { kind: PartKind }) {
  const { t } = useTranslation()
  const [opened, setOpened] = useState(false)
  return (
    <>
      <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setOpened(true)}>
        {t(`${kind}.new`)}
      </Button>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        title={t(`${kind}.new`)}
        closeButtonProps={{ 'aria-label': t('act.close') }}
      >
        <NewForm kind={kind} />
      </Modal>
    </>
  )
}

function NewForm({ kind }: { kind: PartKind }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [key, setKey] = useState('')
  const faults = useFormFaults(shown)
  const save = useMutation({
    // What is there already is not overwritten.
    mutationFn: () => savePart(kind, key, { ...beginnings[kind], revision: 0 }),
    onSuccess: (view) => {
      void queries.invalidateQueries({ queryKey: partKeys.all(kind) })
      queries.setQueryData(partKeys.one(kind, view.key), view)
      void navigate((kind === 'layouts' ? doors.layout(view.key) : doors.partial(view.key)) as never)
    },
    onError: faults.take,
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <TextInput
        data-autofocus
        label={t('templates.key')}
        description={t(`${kind}.key_hint`)}
        value={key}
        onChange={(event) => {
          faults.mend('key')
          setKey(event.currentTarget.value)
        }}
        error={faults.of('key') ?? faults.of('revision')}
        required
      />
      {faults.rest && <p role="alert">{errorSentence(faults.rest, t)}</p>}
      <Button type="submit" fullWidth mt="md" loading={save.isPending} disabled={key === ''}>
        {t('templates.create')}
      </Button>
    </form>
  )
}
