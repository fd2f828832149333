import { TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyButton } from '../../components/CopyButton'
import { FormPage, FormSection } from '../../components/form/FormPage'
import { doors } from '../../lib/doors'
import { useFormFaults } from '../../lib/form-faults'
import { sayDone } from '../../lib/notify'
import { usePermission } from '../../lib/session'
import { type Integration, type Provider, useSave } from './api'
import classes from './Channels.module.css'
import { Limits, limitPaths, Reach } from './Limits'
import { MakeKeys } from './MakeKeys'
import { SettingField } from './SettingField'
import { useDraft } from './use-draft'

interface Props {
  provider: Provider
  account?: Integration
}

/** The form of an account, drawn from what the vendor needs. Secrets go in and never come out. */
export function IntegrationForm({ provider, account }: Props) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const mayAct = usePermission('admin')
  const save = useSave(account?.id)
  const shown = useMemo(
    () => [...limitPaths, 'name', ...provider.settings.map(({ key }) => `settings.${key}`)],
    [provider],
  )
  const faults = useFormFaults(shown)
  const { draft, change, setting, dirty, reset, theirs } = useDraft(provider, account, faults.mend)
  const submit = () =>
    save.mutate(draft, {
      onSuccess: (saved) => {
        faults.take(null)
        sayDone(t('channels.saved', { name: saved.name }))
        reset()
        void navigate({ to: doors.integration(saved.id).to, search: {} as never, ignoreBlocker: true })
      },
      onError: faults.take,
    })
  return (
    <FormPage
      dirty={dirty && mayAct}
      busy={save.isPending}
      faults={faults}
      onSave={submit}
      onDiscard={reset}
      theirs={theirs}
    >
      <FormSection title={t('channels.section_account')} intro={t('channels.section_account_text')}>
        <TextInput
          label={t('column.name')}
          required
          value={draft.name}
          error={faults.of('name')}
          disabled={!mayAct}
          onChange={(event) => change('name', event.currentTarget.value)}
        />
        {provider.settings.map((each) => (
          <SettingField
            key={each.key}
            provider={provider.name}
            setting={each}
            kept={account?.settings_set.includes(each.key) ?? false}
            value={draft.settings?.[each.key] ?? ''}
            error={faults.of(`settings.${each.key}`)}
            disabled={!mayAct}
            onChange={(value) => setting(each.key, value)}
          />
        ))}
        {mayAct && provider.makes && <MakeKeys provider={provider} kept={account !== undefined} onMade={setting} />}
        <a href={provider.docs} target="_blank" rel="noreferrer">
          {t('channels.docs', { vendor: provider.label })}
        </a>
      </FormSection>
      {account?.callback_url && takesCallbacks(provider) && (
        <Callback url={account.callback_url} vendor={provider.label} />
      )}
      <Reach provider={provider} draft={draft} faults={faults} disabled={!mayAct} change={change} />
      <Limits draft={draft} faults={faults} disabled={!mayAct} change={change} />
    </FormPage>
  )
}

/** Where the vendor reports; it is pasted into the vendor's own settings. */
function Callback({ url, vendor }: { url: string; vendor: string }) {
  const { t } = useTranslation()
  return (
    <FormSection title={t('channels.callback')} intro={t('channels.callback_text', { vendor })}>
      <span className={classes.callback}>
        <code>{url}</code>
        <CopyButton text={url} label={t('channels.callback_copy')} />
      </span>
    </FormSection>
  )
}

/** A vendor that reports, or one whose calls are proven by a token, is told where to call. */
const takesCallbacks = ({ receipts, settings }: Provider) =>
  receipts || settings.some(({ key }) => key === 'callback_token' || key === 'bounce_key')
