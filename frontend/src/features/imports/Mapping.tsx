import { Button, NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ColumnKind, ColumnTarget } from '../../components/ColumnTarget'
import table from '../../components/Table.module.css'
import { useFormFaults } from '../../lib/form-faults'
import { errorSentence } from '../../lib/sentences'
import { type Column, groupsQuery, type Heading, type Import, useMove } from './api'
import classes from './Imports.module.css'

/** What every column of a file fills. */
export function Mapping({ of, headings }: { of: Import; headings: Heading[] }) {
  const { t } = useTranslation()
  const [columns, setColumns] = useState<Column[]>(() =>
    of.columns.length > 0 ? of.columns : headings.map(({ guess }) => guess),
  )
  const [group, setGroup] = useState(of.group)
  const groups = useQuery(groupsQuery).data?.rows ?? []
  const faults = useFormFaults(columns.flatMap((_, at) => [`columns[${at}].to`, `columns[${at}].type`]))
  const move = useMove(of.id)
  const set = (at: number, column: Column) => {
    setColumns((now) => now.map((each, place) => (place === at ? column : each)))
    faults.mend(`columns[${at}].to`)
  }
  const unchanged =
    of.state === 'checked' && group === of.group && JSON.stringify(columns) === JSON.stringify(of.columns)
  return (
    <section className="card" aria-labelledby="mapping">
      <div className={classes.head}>
        <h2 id="mapping">{t('imports.mapping')}</h2>
      </div>
      {faults.rest && (
        <p role="alert" className={classes.fault}>
          {errorSentence(faults.rest, t)}
        </p>
      )}
      <div className={table.wrap}>
        <table className={table.table}>
          <caption>{t('imports.mapping')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('imports.column')}</th>
              <th scope="col">{t('imports.samples')}</th>
              <th scope="col">{t('imports.fills')}</th>
              <th scope="col">{t('imports.as')}</th>
            </tr>
          </thead>
          <tbody>
            {headings.map((heading, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have the same name
              <tr key={at}>
                <td>
                  <strong>{heading.name}</strong>
                </td>
                <td className="cut">
                  <span className={classes.dim}>{heading.samples.join(' · ')}</span>
                </td>
                <td>
                  <ColumnTarget
                    name={heading.name}
                    column={columns[at] ?? { to: '' }}
                    fault={faults.of(`columns[${at}].to`)}
                    onChange={(column) => set(at, column)}
                  />
                </td>
                <td>
                  <ColumnKind
                    name={heading.name}
                    column={columns[at] ?? { to: '' }}
                    onChange={(column) => set(at, column)}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className={classes.foot}>
        <NativeSelect
          label={t('imports.group')}
          value={group}
          onChange={(event) => setGroup(event.currentTarget.value)}
          data={[
            { value: '', label: t('imports.no_group') },
            ...groups.map(({ key, name }) => ({ value: key, label: name })),
          ]}
        />
        <Button
          loading={move.isPending}
          disabled={unchanged}
          onClick={() => move.mutate({ to: 'check', columns, group }, { onError: faults.take })}
        >
          {t('imports.check')}
        </Button>
      </div>
    </section>
  )
}
