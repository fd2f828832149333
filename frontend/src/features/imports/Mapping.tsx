import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import table from '../../components/Table.module.css'
import { useFormFaults } from '../../lib/form-faults'
import { errorSentence } from '../../lib/sentences'
import { channels } from '../../lib/words'
import { type Column, groupsQuery, type Heading, type Import, useMove } from './api'
import classes from './Imports.module.css'

const fields = ['id', 'name', 'email', 'phone', 'locale', 'timezone'] as const
const types = ['string', 'number', 'boolean', 'date', 'list'] as const
const others = channels.filter((each) => !['email', 'sms', 'in_app'].includes(each))
const attribute = 'data.'

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
                  <Target
                    heading={heading}
                    column={columns[at] ?? { to: '' }}
                    fault={faults.of(`columns[${at}].to`)}
                    onChange={(column) => set(at, column)}
                  />
                </td>
                <td>
                  <Kind heading={heading} column={columns[at] ?? { to: '' }} onChange={(column) => set(at, column)} />
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

interface Props {
  heading: Heading
  column: Column
  onChange: (column: Column) => void
}

function Target({ heading, column, fault, onChange }: Props & { fault: string | undefined }) {
  const { t } = useTranslation()
  const own = column.to.startsWith(attribute)
  return (
    <NativeSelect
      size="xs"
      aria-label={t('imports.fills_of', { column: heading.name })}
      value={own ? attribute : column.to}
      error={fault}
      onChange={(event) => {
        const to = event.currentTarget.value
        onChange(
          to === attribute ? { to: attribute + heading.name.trim().replaceAll(' ', '_'), type: 'string' } : { to },
        )
      }}
      data={[
        { value: '', label: t('imports.to_nothing') },
        ...fields.map((value) => ({ value: value as string, label: t(`imports.to_${value}`) })),
        { value: attribute, label: t('imports.to_attribute') },
        ...others.map((each) => ({
          value: `address.${each}`,
          label: t('imports.to_address', { channel: t(`channel.${each}`) }),
        })),
      ]}
    />
  )
}

/** The name and the type of an attribute. */
function Kind({ heading, column, onChange }: Props) {
  const { t } = useTranslation()
  if (!column.to.startsWith(attribute)) return null
  return (
    <div style={{ display: 'flex', gap: 6 }}>
      <TextInput
        size="xs"
        aria-label={t('imports.attribute_of', { column: heading.name })}
        value={column.to.slice(attribute.length)}
        onChange={(event) => onChange({ ...column, to: attribute + event.currentTarget.value })}
      />
      <NativeSelect
        size="xs"
        aria-label={t('imports.as_of', { column: heading.name })}
        value={column.type ?? 'string'}
        onChange={(event) => onChange({ ...column, type: event.currentTarget.value as (typeof types)[number] })}
        data={types.map((value) => ({ value, label: t(`recipients.kind_${value}`) }))}
      />
    </div>
  )
}
