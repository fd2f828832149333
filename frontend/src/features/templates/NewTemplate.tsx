import { Button, FileButton, Modal, TextInput } from '@mantine/core'
import { IconPlus, IconUpload } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { doors } from '../../lib/doors'
import { useFormFaults } from '../../lib/form-faults'
import { houseQuery } from '../../lib/house'
import { sayFailed } from '../../lib/notify'
import { errorSentence } from '../../lib/sentences'
import { importTemplate, saveTemplate, templateKeys, type View } from './api'

const shown = ['key', 'name', 'folder', 'revision'] as const

/** Begins a template, by hand or from a file. */
export function NewTemplate() {
  const { t } = useTranslation()
  const [opened, setOpened] = useState(false)
  const open = useOpen()
  const upload = useMutation({
    mutationFn: async (file: File) => importTemplate(await file.text()),
    onSuccess: open,
    onError: (error) => sayFailed(error, t),
  })
  return (
    <>
      <FileButton accept=".yaml,.yml" onChange={(file) => file && upload.mutate(file)}>
        {(props) => (
          <Button
            {...props}
            variant="default"
            loading={upload.isPending}
            leftSection={<IconUpload size={14} aria-hidden />}
          >
            {t('templates.import')}
          </Button>
        )}
      </FileButton>
      <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setOpened(true)}>
        {t('templates.new')}
      </Button>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        title={t('templates.new')}
        closeButtonProps={{ 'aria-label': t('act.close') }}
      >
        <NewForm onSaved={open} />
      </Modal>
    </>
  )
}

function useOpen() {
  const navigate = useNavigate()
  const queries = useQueryClient()
  return (view: View) => {
    void queries.invalidateQueries({ queryKey: templateKeys.all })
    queries.setQueryData(templateKeys.one(view.key), view)
    void navigate(doors.template(view.key) as never)
  }
}

function NewForm({ onSaved }: { onSaved: (view: View) => void }) {
  const { t } = useTranslation()
  const [input, setInput] = useState({ key: '', name: '', folder: '' })
  const locale = useQuery(houseQuery).data?.default_locale || 'en'
  const faults = useFormFaults(shown)
  const save = useMutation({
    mutationFn: () =>
      saveTemplate(input.key, {
        name: input.name,
        folder: input.folder,
        default_locale: locale,
        channels: { email: { [locale]: { subject: '' } } },
        // A template that is there already is not overwritten.
        revision: 0,
      }),
    onSuccess: onSaved,
    onError: faults.take,
  })
  const set = (field: keyof typeof input) => (event: { currentTarget: { value: string } }) => {
    faults.mend(field)
    setInput({ ...input, [field]: event.currentTarget.value })
  }
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
        description={t('templates.key_hint')}
        value={input.key}
        onChange={set('key')}
        error={faults.of('key') ?? faults.of('revision')}
        required
      />
      <TextInput mt="sm" label={t('field.name')} value={input.name} onChange={set('name')} error={faults.of('name')} />
      <TextInput
        mt="sm"
        label={t('templates.folder')}
        description={t('templates.folder_hint')}
        value={input.folder}
        onChange={set('folder')}
        error={faults.of('folder')}
      />
      {faults.rest && <p role="alert">{errorSentence(faults.rest, t)}</p>}
      <Button type="submit" fullWidth mt="md" loading={save.isPending} disabled={input.key === ''}>
        {t('templates.create')}
      </Button>
    </form>
  )
}
