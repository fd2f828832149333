import { Button, Progress } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { ColumnMapping } from '../../components/ColumnMapping'
import { FaultyRows } from '../../components/FaultyRows'
import { useFormFaults } from '../../lib/form-faults'
import { type Heading, headingsQuery, type Import, useMove, works } from '../../lib/imports'
import { sayFailed } from '../../lib/notify'
import { errorSentence } from '../../lib/sentences'
import classes from './Broadcasts.module.css'

/** Where a file of an audience stands, from its columns to the rows that were taken. */
export function FileRows({ of }: { of: Import }) {
  const { t } = useTranslation()
  const move = useMove(of.id)
  const good = of.rows - of.faulty
  return (
    <>
      <p role="status" className={classes.fileLine}>
        <strong>{of.name}</strong> {saidOf(of, t)}
      </p>
      {works(of) && (
        <Progress
          value={of.size ? (100 * of.read) / of.size : 0}
          animated
          aria-label={t(`imports.state_${of.state}`)}
        />
      )}
      {(of.state === 'uploading' || of.state === 'checked') && <Columns of={of} />}
      {of.faulty > 0 && !works(of) && <FaultyRows of={of} />}
      {of.state === 'checked' && (
        <Button
          disabled={good === 0}
          loading={move.isPending}
          onClick={() => move.mutate({ to: 'start' }, { onError: (error) => sayFailed(error, t) })}
        >
          {t('broadcasts.file_take', { count: good })}
        </Button>
      )}
    </>
  )
}

function saidOf(of: Import, t: TFunction): string {
  const number = (n: number) => n.toLocaleString()
  switch (of.state) {
    case 'uploading':
      return t('broadcasts.file_map')
    case 'checking':
      return t('imports.checked_so_far', { rows: number(of.rows), faulty: number(of.faulty) })
    case 'checked':
      return t('broadcasts.file_would', { good: number(of.rows - of.faulty), faulty: number(of.faulty) })
    case 'running':
    case 'closing':
      return t('broadcasts.file_taking', { stored: number(of.stored) })
    case 'failed':
    case 'cancelled':
      return of.error || t('broadcasts.file_lost')
    default:
      return t('broadcasts.file_taken', { stored: number(of.stored), faulty: number(of.faulty) })
  }
}

/** The columns of a table; lines of JSON name their fields themselves. */
function Columns({ of }: { of: Import }) {
  const query = useQuery({ ...headingsQuery(of.id), enabled: of.format === 'csv' })
  if (of.format === 'ndjson') return <Mapping of={of} headings={[]} />
  return <Answered of={query}>{(headings) => <Mapping of={of} headings={headings} />}</Answered>
}

function Mapping({ of, headings }: { of: Import; headings: Heading[] }) {
  const { t } = useTranslation()
  const [columns, setColumns] = useState(() =>
    of.columns.length > 0 ? of.columns : headings.map(({ guess }) => guess),
  )
  const faults = useFormFaults(columns.map((_, at) => `columns[${at}].to`))
  const move = useMove(of.id)
  const unchanged = of.state === 'checked' && JSON.stringify(columns) === JSON.stringify(of.columns)
  return (
    <>
      {headings.length > 0 && (
        <ColumnMapping
          headings={headings}
          columns={columns}
          faultOf={faults.of}
          onChange={(next, at) => {
            setColumns(next)
            faults.mend(`columns[${at}].to`)
          }}
        />
      )}
      {faults.rest && (
        <p role="alert" className={classes.bad}>
          {errorSentence(faults.rest, t)}
        </p>
      )}
      <Button
        variant="default"
        loading={move.isPending}
        disabled={unchanged}
        onClick={() => move.mutate({ to: 'check', columns, group: '' }, { onError: faults.take })}
      >
        {t('imports.check')}
      </Button>
    </>
  )
}
