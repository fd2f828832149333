import { Button } from '@mantine/core'
import { IconCircleCheck, IconDownload } from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Column, RowKind } from '../../components/list/column'
import { ListCard } from '../../components/list/ListCard'
import { sayFailed } from '../../lib/notify'
import { type FaultyRow, faultList, type Import, useMove } from './api'
import classes from './Imports.module.css'

const kind: RowKind<FaultyRow> = { id: (row) => String(row.line) }

/** What the check found, every faulty row with its reason, and the way on. */
export function Outcome({ of, mayWrite }: { of: Import; mayWrite: boolean }) {
  const { t } = useTranslation()
  const move = useMove(of.id)
  const columns = useMemo(() => columnsOf(t), [t])
  const source = useMemo(() => faultList(of), [of])
  const good = of.rows - of.faulty
  return (
    <section className="card" aria-labelledby="outcome">
      <div className={classes.head}>
        <div>
          <h2 id="outcome">{t('imports.outcome')}</h2>
          <p role="status">
            {of.state === 'checked'
              ? t('imports.would', { good: good.toLocaleString(), faulty: of.faulty.toLocaleString() })
              : t('imports.did', { stored: of.stored.toLocaleString(), faulty: of.faulty.toLocaleString() })}
          </p>
          {of.error && <p className={classes.fault}>{of.error}</p>}
        </div>
        <div style={{ display: 'flex', gap: 8 }}>
          {mayWrite && of.faulty > 0 && (
            <Button
              component="a"
              href={`/v1/recipient-imports/${of.id}/rejected`}
              download="rejected.csv"
              variant="default"
              leftSection={<IconDownload size={14} aria-hidden />}
            >
              {t('imports.rejected')}
            </Button>
          )}
          {mayWrite && of.state === 'checked' && (
            <Button
              disabled={good === 0}
              loading={move.isPending}
              onClick={() => move.mutate({ to: 'start' }, { onError: (error) => sayFailed(error, t) })}
            >
              {t('imports.start', { count: good })}
            </Button>
          )}
        </div>
      </div>
      {mayWrite && of.faulty > 0 && (
        <ListCard
          caption={t('imports.faults')}
          source={source}
          columns={columns}
          kind={kind}
          nothing={{
            icon: IconCircleCheck,
            title: t('imports.faults_gone'),
            text: t('imports.faults_gone_text'),
            noMatch: t('imports.faults_gone'),
          }}
        />
      )}
    </section>
  )
}

const columnsOf = (t: TFunction): Column<FaultyRow>[] => [
  { key: 'line', name: t('imports.line'), width: 80, lead: true, cell: (row) => row.line, csv: (row) => row.line },
  {
    key: 'faults',
    name: t('imports.reason'),
    cell: (row) => (
      <ul className={classes.reasons}>
        {row.faults.map((fault) => (
          <li key={`${fault.column} ${fault.code}`}>
            {fault.column && <strong>{fault.column}: </strong>}
            {fault.detail}
          </li>
        ))}
      </ul>
    ),
    csv: (row) => row.faults.map(({ column, detail }) => `${column} ${detail}`.trim()).join('; '),
  },
  { key: 'row', name: t('imports.row'), dim: true, cell: (row) => <code>{row.row}</code>, csv: (row) => row.row },
]
