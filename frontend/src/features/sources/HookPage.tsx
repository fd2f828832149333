import { Button } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { Confirm } from '../../components/Confirm'
import { CopyButton } from '../../components/CopyButton'
import { FormPage, FormSection } from '../../components/form/FormPage'
import { PageHeader } from '../../components/PageHeader'
import { useFormFaults } from '../../lib/form-faults'
import { sayDone, sayFailed } from '../../lib/notify'
import classes from './Hook.module.css'
import { HookMapping } from './HookMapping'
import { HookProof } from './HookProof'
import { HookTry } from './HookTry'
import { type Hook, hookQuery, useDeleteHook, usePutHook } from './hook-api'
import { useHookDraft } from './use-hook-draft'

const shown = [
  'header',
  'secret',
  'mapping.type',
  'mapping.types',
  'mapping.data',
  'mapping.idempotency_key',
  'mapping.to',
  ...['id', 'email', 'phone', 'name', 'locale', 'group'].map((part) => `mapping.to[0].${part}`),
]

/** How a source takes the webhooks of a third party. */
export function HookPage() {
  const { key } = useParams({ strict: false }) as { key: string }
  const query = useQuery(hookQuery(key))
  // What was being written goes with the hook.
  const [deletions, setDeletions] = useState(0)
  return (
    <Answered of={query} page>
      {(hook) => <Whole key={deletions} source={key} hook={hook} onDeleted={() => setDeletions(deletions + 1)} />}
    </Answered>
  )
}

interface Props {
  source: string
  hook: Hook | null
  onDeleted: () => void
}

function Whole({ source, hook, onDeleted }: Props) {
  const { t } = useTranslation()
  const save = usePutHook(source)
  const faults = useFormFaults(shown)
  const { draft, change, map, saved, reset, dirty, theirs } = useHookDraft(hook, faults.mend)
  const submit = () =>
    save.mutate(draft, {
      onError: faults.take,
      onSuccess: (hook) => {
        faults.take(null)
        saved(hook)
        sayDone(t('sources.hook_saved', { source }))
      },
    })
  const discard = () => {
    reset()
    faults.take(null)
  }
  return (
    <>
      <PageHeader title={t('sources.hook')} intro={t('sources.hook_intro', { source })}>
        {hook && <Remove source={source} onDeleted={onDeleted} />}
      </PageHeader>
      <FormPage dirty={dirty} busy={save.isPending} faults={faults} onSave={submit} onDiscard={discard} theirs={theirs}>
        <Address source={source} />
        <HookProof draft={draft} secrets={hook?.secrets ?? 0} faults={faults} change={change} />
        <HookMapping mapping={draft.mapping} faults={faults} map={map} />
        <HookTry source={source} mapping={draft.mapping} last={hook?.last} />
      </FormPage>
    </>
  )
}

function Address({ source }: { source: string }) {
  const { t } = useTranslation()
  const url = `${location.origin}/v1/sources/${encodeURIComponent(source)}/webhook`
  return (
    <FormSection title={t('sources.hook_address')} intro={t('sources.hook_address_text')}>
      <span className={classes.address}>
        <code>{url}</code>
        <CopyButton text={url} label={t('sources.hook_copy')} />
      </span>
    </FormSection>
  )
}

function Remove({ source, onDeleted }: Pick<Props, 'source' | 'onDeleted'>) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const remove = useDeleteHook(source)
  const confirm = () =>
    remove.mutate(undefined, {
      onError: (error) => sayFailed(error, t),
      onSuccess: () => {
        onDeleted()
        sayDone(t('sources.hook_deleted', { source }))
      },
    })
  return (
    <>
      <Button variant="default" leftSection={<IconTrash size={14} aria-hidden />} onClick={() => setOpen(true)}>
        {t('sources.hook_delete')}
      </Button>
      <Confirm
        title={t('sources.hook_delete')}
        text={t('sources.hook_delete_text')}
        confirm={t('act.delete')}
        danger
        opened={open}
        busy={remove.isPending}
        onClose={() => setOpen(false)}
        onConfirm={confirm}
      />
    </>
  )
}
