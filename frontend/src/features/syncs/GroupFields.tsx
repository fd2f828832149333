import { ActionIcon, Button, NativeSelect, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { groupsQuery } from './api'
import type { Draft } from './draft'
import type { Part } from './SyncForm'
import classes from './Syncs.module.css'

type Map = Draft['memberships']['map']

/** The group everybody joins, and the groups that stand in a column. */
export function GroupFields({ draft, change, fault, disabled }: Part) {
  const { t } = useTranslation()
  const groups = useQuery(groupsQuery).data?.rows ?? []
  const choices = groups.map(({ key, name }) => ({ value: key, label: name || key }))
  const { from, map } = draft.memberships
  const set = (next: Map) => change({ memberships: { from: from || 'memberOf', map: next } })
  return (
    <>
      <NativeSelect
        label={t('imports.group')}
        value={draft.group}
        error={fault('group')}
        disabled={disabled}
        onChange={(event) => change({ group: event.currentTarget.value })}
        data={[{ value: '', label: t('imports.no_group') }, ...choices]}
      />
      {map.length > 0 && (
        <TextInput
          label={t('syncs.memberships_from')}
          description={t('syncs.memberships_hint')}
          value={from}
          error={fault('memberships.from')}
          disabled={disabled}
          onChange={(event) => change({ memberships: { from: event.currentTarget.value, map } })}
        />
      )}
      {map.map(({ value, group }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
        <div key={at} className={classes.pair}>
          <TextInput
            aria-label={t('syncs.value')}
            placeholder="cn=Ops,ou=groups,dc=example,dc=com"
            value={value}
            disabled={disabled}
            onChange={(event) => set(map.with(at, { value: event.currentTarget.value, group }))}
          />
          <NativeSelect
            aria-label={t('syncs.group_of', { value })}
            value={group}
            disabled={disabled}
            onChange={(event) => set(map.with(at, { value, group: event.currentTarget.value }))}
            data={[{ value: '', label: t('imports.no_group') }, ...choices]}
          />
          <ActionIcon
            variant="default"
            size="input-sm"
            disabled={disabled}
            aria-label={t('syncs.remove_of', { value })}
            onClick={() => set(map.toSpliced(at, 1))}
          >
            <IconX size={14} aria-hidden />
          </ActionIcon>
        </div>
      ))}
      {fault('memberships.map') && (
        <p role="alert" className={classes.bad}>
          {fault('memberships.map')}
        </p>
      )}
      {!disabled && (
        <div>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={13} aria-hidden />}
            onClick={() => set([...map, { value: '', group: '' }])}
          >
            {t('syncs.add_membership')}
          </Button>
        </div>
      )}
    </>
  )
}
