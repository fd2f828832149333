import { Button, Group, Loader } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { csvLine, saveCsv } from '../../lib/csv'
import { eachPage, type ListSource } from '../../lib/list'
import { errorSentence } from '../../lib/sentences'
import { Dialog } from '../Dialog'
import type { Column } from './column'

interface Props<Row> {
  title: string
  source: ListSource<Row>
  columns: Column<Row>[]
  onClose: () => void
}

/** Reads every page of the list as it is filtered now and hands over one file. Closing it stops. */
export function ExportDialog<Row>({ title, source, columns, onClose }: Props<Row>) {
  const { t, i18n } = useTranslation()
  const [rows, setRows] = useState(0)
  const [state, setState] = useState<'reading' | 'saved' | Error>('reading')
  // What was open when the dialog opened is exported, whatever the page does meanwhile.
  const [asked] = useState({ title, source, columns: columns.filter((column) => column.csv) })
  useEffect(() => {
    const stop = new AbortController()
    const lines = [csvLine(asked.columns.map((column) => column.name))]
    eachPage(asked.source, stop.signal, (page) => {
      for (const row of page) lines.push(csvLine(asked.columns.map((column) => column.csv?.(row))))
      setRows(lines.length - 1)
    })
      .then(() => {
        saveCsv(`${asked.title}.csv`, lines)
        setState('saved')
      })
      .catch((error: Error) => {
        if (!stop.signal.aborted) setState(error)
      })
    return () => stop.abort()
  }, [asked])
  const count = new Intl.NumberFormat(i18n.language).format(rows)
  return (
    <Dialog opened onClose={onClose} title={t('list.export')}>
      <Group gap={10} role="status" aria-live="polite">
        {state === 'reading' && <Loader size={16} />}
        {state === 'reading' && t('list.exporting', { count: rows, shown: count })}
        {state === 'saved' && t('list.exported', { count: rows, shown: count })}
        {state instanceof Error && errorSentence(state, t)}
      </Group>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          {state === 'reading' ? t('act.cancel') : t('act.close')}
        </Button>
      </Group>
    </Dialog>
  )
}
