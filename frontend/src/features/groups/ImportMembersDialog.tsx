import { Button, FileInput, Textarea } from '@mantine/core'
import { IconDownload, IconFileText } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FaultyTable, faultyLines } from '../../components/FaultyRows'
import { ModalForm } from '../../components/form/ModalForm'
import type { Schema } from '../../lib/api'
import { saveCsv } from '../../lib/csv'
import { useFormFaults } from '../../lib/form-faults'
import { sayDone } from '../../lib/notify'
import { type Group, useImportMembers } from './api'

type Joined = Schema['GroupJoined']

/** A longer text is sent, and not shown. */
const shownMost = 100_000
const shown: string[] = []

/** Reads a list of people, shows every row that names somebody unknown, and adds the others. Nobody is created. */
export function ImportMembersDialog({ group, onClose }: { group: Group; onClose: () => void }) {
  const { t } = useTranslation()
  const [file, setFile] = useState<File | null>(null)
  const [text, setText] = useState('')
  const [seen, setSeen] = useState<Joined>()
  const faults = useFormFaults(shown)
  const load = useImportMembers(group.key)
  const change = (list: string, from: File | null) => {
    setText(list)
    setFile(from)
    setSeen(undefined)
    faults.take(null)
  }
  const fresh = seen ? seen.known - seen.members : 0
  const submit = () =>
    load.mutate(
      { list: text, preview: !seen },
      {
        onError: faults.take,
        onSuccess: (joined) => {
          if (!seen) return setSeen(joined)
          sayDone(t('groups.added', { count: joined.added }))
          onClose()
        },
      },
    )
  return (
    <ModalForm
      title={t('groups.import_title', { name: group.name })}
      submit={seen ? t('groups.add_count', { count: fresh }) : t('groups.import_check')}
      busy={load.isPending}
      disabled={text.trim() === '' || (seen !== undefined && fresh === 0)}
      faults={faults}
      size="lg"
      onClose={onClose}
      onSubmit={submit}
    >
      <p className="dim" style={{ margin: 0 }}>
        {t('groups.import_hint')}
      </p>
      <FileInput
        label={t('groups.import_file')}
        accept=".csv,.tsv,.txt,text/csv"
        clearable
        value={file}
        leftSection={<IconFileText size={15} aria-hidden />}
        placeholder={t('imports.choose')}
        onChange={(next) => void (next ? next.text().then((list) => change(list, next)) : change('', null))}
      />
      {text.length <= shownMost && (
        <Textarea
          label={t('groups.import_text')}
          value={text}
          minRows={4}
          maxRows={10}
          autosize
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 } }}
          placeholder={'ada\nbo@example.com'}
          onChange={(event) => change(event.currentTarget.value, null)}
        />
      )}
      {seen && <Outcome of={seen} />}
    </ModalForm>
  )
}

/** What would become of the list. */
function Outcome({ of }: { of: Joined }) {
  const { t } = useTranslation()
  const { faults, members } = of
  const count = of.known - members
  return (
    <div>
      <p role="status" style={{ margin: '0 0 6px' }}>
        {t('groups.import_counts', { fresh: count.toLocaleString(), members: members.toLocaleString() })}{' '}
        {faults.length > 0 && (
          <span style={{ color: 'var(--bad)' }}>{t('groups.import_faults', { count: faults.length })}</span>
        )}
      </p>
      {faults.length > 0 && (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region needs focus to be scrolled by keys */}
          <div className="card" style={{ maxHeight: 260, overflow: 'auto' }} tabIndex={0}>
            <FaultyTable rows={faults.slice(0, 80)} />
          </div>
          <Button
            variant="default"
            size="compact-sm"
            mt={6}
            leftSection={<IconDownload size={14} aria-hidden />}
            onClick={() => saveCsv('unknown.csv', faultyLines(faults, t))}
          >
            {t('groups.import_save', { count: faults.length })}
          </Button>
        </>
      )}
    </div>
  )
}
