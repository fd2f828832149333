import { Button, FileInput, NativeSelect, Progress } from '@mantine/core'
import { IconFileText } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { importQuery, useUpload } from '../../lib/imports'
import { sayFailed } from '../../lib/notify'
import classes from './Broadcasts.module.css'
import { FileRows } from './FileRows'

interface Props {
  /** The file that is chosen; empty without one. */
  id: string
  fault: string | undefined
  onChange: (id: string) => void
}

/** A file whose rows say who hears of it, and what is said to each of them alone. */
export function AudienceFile({ id, fault, onChange }: Props) {
  return (
    <div className={classes.file} id="broadcast-file" tabIndex={-1}>
      {id ? <Chosen id={id} onRemove={() => onChange('')} /> : <Choose onUploaded={onChange} />}
      {fault && <p className={classes.bad}>{fault}</p>}
    </div>
  )
}

const formatOf = (file: File) => (/\.(ndjson|jsonl)$/i.test(file.name) ? 'ndjson' : 'csv')

function Choose({ onUploaded }: { onUploaded: (id: string) => void }) {
  const { t } = useTranslation()
  const [unknown, setUnknown] = useState<'refuse' | 'create'>('refuse')
  const [share, setShare] = useState(0)
  const upload = useUpload(setShare)
  const send = (file: File | null) =>
    file &&
    upload.mutate(
      { file, terms: { purpose: 'audience', format: formatOf(file), unknown } },
      { onSuccess: (made) => onUploaded(made.id), onError: (error) => sayFailed(error, t) },
    )
  return (
    <>
      <NativeSelect
        label={t('broadcasts.file_unknown')}
        value={unknown}
        onChange={(event) => setUnknown(event.currentTarget.value === 'create' ? 'create' : 'refuse')}
        data={[
          { value: 'refuse', label: t('broadcasts.file_refuse') },
          { value: 'create', label: t('broadcasts.file_create') },
        ]}
      />
      <FileInput
        label={t('broadcasts.file')}
        description={t('broadcasts.file_hint')}
        placeholder={t('imports.choose')}
        accept=".csv,.tsv,.txt,.ndjson,.jsonl,text/csv,application/x-ndjson"
        leftSection={<IconFileText size={15} aria-hidden />}
        disabled={upload.isPending}
        value={null}
        onChange={send}
      />
      {upload.isPending && <Progress value={share * 100} aria-label={t('imports.uploading')} />}
    </>
  )
}

function Chosen({ id, onRemove }: { id: string; onRemove: () => void }) {
  const { t } = useTranslation()
  const query = useQuery(importQuery(id))
  return (
    <section aria-label={t('broadcasts.file')}>
      <h3>{t('broadcasts.file')}</h3>
      <Answered of={query}>{(found) => <FileRows of={found} />}</Answered>
      <Button variant="default" size="xs" onClick={onRemove}>
        {t('broadcasts.file_remove')}
      </Button>
    </section>
  )
}
