import { FileInput, Progress } from '@mantine/core'
import { IconFileText } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ModalForm } from '../../components/form/ModalForm'
import { useFormFaults } from '../../lib/form-faults'
import { useUpload } from '../../lib/imports'

/** Chooses a file and sends it. Nothing of it is stored as a recipient yet. */
export function UploadDialog({ onClose, onUploaded }: { onClose: () => void; onUploaded: (id: string) => void }) {
  const { t } = useTranslation()
  const [file, setFile] = useState<File | null>(null)
  const [share, setShare] = useState(0)
  const faults = useFormFaults([])
  const upload = useUpload(setShare)
  const submit = () => file && upload.mutate({ file }, { onError: faults.take, onSuccess: ({ id }) => onUploaded(id) })
  return (
    <ModalForm
      title={t('imports.new')}
      submit={t('imports.upload')}
      busy={upload.isPending}
      faults={faults}
      disabled={!file}
      onClose={onClose}
      onSubmit={submit}
    >
      <p style={{ margin: 0 }}>{t('imports.upload_hint')}</p>
      <FileInput
        data-autofocus
        label={t('imports.file')}
        accept=".csv,.tsv,.txt,text/csv"
        clearable
        value={file}
        leftSection={<IconFileText size={15} aria-hidden />}
        placeholder={t('imports.choose')}
        onChange={setFile}
      />
      {upload.isPending && <Progress value={share * 100} aria-label={t('imports.uploading')} />}
    </ModalForm>
  )
}
