import { Button, Modal, TextInput } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { doors } from '../../lib/doors'
import { useFormFaults } from '../../lib/form-faults'
import { errorSentence } from '../../lib/sentences'
import { layoutKeys, plainLayout, saveLayout } from './layouts'

const shown = ['key', 'revision'] as const

/** Begins a layout. */
export function NewLayout() {
  const { t } = useTranslation()
  const [opened, setOpened] = useState(false)
  return (
    <>
      <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setOpened(true)}>
        {t('layouts.new')}
      </Button>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        title={t('layouts.new')}
        closeButtonProps={{ 'aria-label': t('act.close') }}
      >
        <NewForm />
      </Modal>
    </>
  )
}

function NewForm() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [key, setKey] = useState('')
  const faults = useFormFaults(shown)
  const save = useMutation({
    // A layout that is there already is not overwritten.
    mutationFn: () => saveLayout(key, { mjml: plainLayout, revision: 0 }),
    onSuccess: (view) => {
      void queries.invalidateQueries({ queryKey: layoutKeys.all })
      queries.setQueryData(layoutKeys.one(view.key), view)
      void navigate(doors.layout(view.key) as never)
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
        description={t('layouts.key_hint')}
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
