import { FileInput, Textarea } from '@mantine/core'
import { IconFileText } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ModalForm } from '../../components/form/ModalForm'
import type { Schema } from '../../lib/api'
import { useFormFaults } from '../../lib/form-faults'
import { sayDone } from '../../lib/notify'
import { useImportSuppressions } from './api'
import { ImportOutcome } from './ImportOutcome'

const shown = ['csv']

/** Reads a CSV file, shows every faulty row, and stores it only when there is none. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const [csv, setCsv] = useState('')
  const [seen, setSeen] = useState<Schema['SuppressionImported']>()
  const faults = useFormFaults(shown)
  const load = useImportSuppressions()
  const change = (text: string) => {
    setCsv(text)
    setSeen(undefined)
    faults.take(null)
  }
  const checked = seen !== undefined && seen.faults.length === 0 && seen.new > 0
  const submit = () =>
    load.mutate(
      { csv, preview: !checked },
      {
        onError: faults.take,
        onSuccess: (outcome) => {
          setSeen(outcome)
          if (!checked) return
          sayDone(t('suppressions.imported', { count: outcome.added }))
          onClose()
        },
      },
    )
  return (
    <ModalForm
      title={t('suppressions.import_title')}
      submit={checked ? t('suppressions.import_now', { count: seen.new }) : t('suppressions.import_check')}
      busy={load.isPending}
      disabled={csv.trim() === '' || (seen !== undefined && !checked)}
      faults={faults}
      size="lg"
      onClose={onClose}
      onSubmit={submit}
    >
      <p className="dim" style={{ margin: 0 }}>
        {t('suppressions.import_hint')} <a href="/v1/suppressions/export">{t('suppressions.import_example')}</a>
      </p>
      <FileInput
        label={t('suppressions.import_file')}
        accept=".csv,text/csv"
        clearable
        leftSection={<IconFileText size={15} aria-hidden />}
        placeholder={t('suppressions.import_choose')}
        onChange={(file) => void (file ? file.text().then(change) : change(''))}
      />
      <Textarea
        label={t('suppressions.import_text')}
        value={csv}
        error={faults.of('csv')}
        minRows={4}
        maxRows={10}
        autosize
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 } }}
        placeholder={'channel,address,reason,detail,scope,expires_at\nemail,ada@example.com,manual,,category:news,'}
        onChange={(event) => change(event.currentTarget.value)}
      />
      {seen && <ImportOutcome outcome={seen} />}
    </ModalForm>
  )
}
