import { Button, NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ColumnMapping } from '../../components/ColumnMapping'
import { useFormFaults } from '../../lib/form-faults'
import { groupsQuery, type Heading, type Import, useMove } from '../../lib/imports'
import { errorSentence } from '../../lib/sentences'
import classes from './Imports.module.css'

/** What every column of a file fills. */
export function Mapping({ of, headings }: { of: Import; headings: Heading[] }) {
  const { t } = useTranslation()
  const [columns, setColumns] = useState(() =>
    of.columns.length > 0 ? of.columns : headings.map(({ guess }) => guess),
  )
  const [group, setGroup] = useState(of.group)
  const groups = useQuery(groupsQuery).data?.rows ?? []
  const faults = useFormFaults(columns.flatMap((_, at) => [`columns[${at}].to`, `columns[${at}].type`]))
  const move = useMove(of.id)
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
      <ColumnMapping
        headings={headings}
        columns={columns}
        faultOf={faults.of}
        onChange={(next, at) => {
          setColumns(next)
          faults.mend(`columns[${at}].to`)
        }}
      />
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
