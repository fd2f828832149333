import { Button, TextInput } from '@mantine/core'
import { IconPlugConnected, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ColumnKind, ColumnTarget } from '../../components/ColumnTarget'
import { FormSection } from '../../components/form/FormPage'
import table from '../../components/Table.module.css'
import type { FormFaults } from '../../lib/form-faults'
import { usePreview } from './api'
import { columnRows, guesses, inputOf, type SyncColumn } from './draft'
import { People } from './People'
import type { Part } from './SyncForm'
import classes from './Syncs.module.css'

/** What every column fills, after a look at the first rows. */
export function Columns({ draft, change, fault, disabled, faults }: Part & { faults: FormFaults }) {
  const { t } = useTranslation()
  const preview = usePreview()
  const sent = draft.columns.filter(({ to }) => to !== '')
  const look = () =>
    preview.mutate(inputOf(draft), {
      onError: faults.take,
      onSuccess: (found) => {
        faults.take(null)
        if (sent.length === 0) change({ columns: guesses(found) })
      },
    })
  const set = (column: SyncColumn) => {
    const known = draft.columns.some(({ from }) => from === column.from)
    const columns = known
      ? draft.columns.map((each) => (each.from === column.from ? column : each))
      : [...draft.columns, column]
    change({ columns })
    for (const at of sent.keys()) faults.mend(`columns[${at}].to`)
    faults.mend('columns')
  }
  const faultOf = (column: SyncColumn) => {
    const at = sent.indexOf(column)
    return at < 0 ? undefined : (fault(`columns[${at}].to`) ?? fault(`columns[${at}].from`))
  }
  const rows = columnRows(draft.columns, preview.data)
  return (
    <FormSection title={t('imports.mapping')} intro={t('syncs.columns_intro')}>
      <div className={classes.add}>
        <Button
          variant="default"
          leftSection={<IconPlugConnected size={14} aria-hidden />}
          loading={preview.isPending}
          disabled={disabled}
          onClick={look}
        >
          {t('syncs.preview')}
        </Button>
        <span role="status" className={classes.dim}>
          {preview.data && t('syncs.connected', { ms: preview.data.took_ms, columns: preview.data.headings.length })}
        </span>
      </div>
      {fault('columns') && (
        <p role="alert" className={classes.bad}>
          {fault('columns')}
        </p>
      )}
      {rows.length > 0 && (
        <section className={`${table.wrap} ${classes.scroll}`} aria-label={t('imports.mapping')}>
          <table className={table.table}>
            <caption>{t('imports.mapping')}</caption>
            <thead>
              <tr>
                {[t('imports.column'), t('imports.samples'), t('imports.fills'), t('imports.as')].map((head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ from, samples, column }) => (
                <tr key={from}>
                  <td>
                    <strong>{from}</strong>
                  </td>
                  <td className={`cut ${classes.samples}`}>
                    <span className={classes.dim}>{samples.join(' · ')}</span>
                  </td>
                  <td className={classes.fills}>
                    <ColumnTarget
                      name={from}
                      column={column}
                      fault={faultOf(column)}
                      disabled={disabled}
                      onChange={(next) => set({ from, ...next })}
                    />
                  </td>
                  <td>
                    <ColumnKind
                      name={from}
                      column={column}
                      disabled={disabled}
                      onChange={(next) => set({ from, ...next })}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {!disabled && <Another onAdd={(from) => set({ from, to: '' })} />}
      {preview.data && <People preview={preview.data} />}
    </FormSection>
  )
}

/** A column that the first rows do not have. */
function Another({ onAdd }: { onAdd: (from: string) => void }) {
  const { t } = useTranslation()
  const [name, setName] = useState('')
  const add = () => {
    if (!name.trim()) return
    onAdd(name.trim())
    setName('')
  }
  return (
    <div className={classes.add}>
      <TextInput
        size="xs"
        label={t('syncs.another')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return
          event.preventDefault()
          add()
        }}
      />
      <Button size="xs" variant="default" leftSection={<IconPlus size={13} aria-hidden />} onClick={add}>
        {t('syncs.add')}
      </Button>
    </div>
  )
}
