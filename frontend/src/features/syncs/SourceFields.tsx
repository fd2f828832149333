import { Checkbox, NativeSelect, NumberInput, PasswordInput, Textarea, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Draft } from './draft'
import type { Part } from './SyncForm'
import classes from './Syncs.module.css'

type Props = Part & { secretSet: boolean; place: string }

/** How to reach the other system. */
export function SourceFields(props: Props) {
  return props.draft.kind === 'ldap' ? <Directory {...props} /> : <Database {...props} />
}

const usual = { tls: 636, starttls: 389, none: 389 }

function Directory({ draft, change, fault, disabled, secretSet }: Props) {
  const { t } = useTranslation()
  const { ldap } = draft
  const set = (part: Partial<Draft['ldap']>) => change({ ldap: { ...ldap, ...part } })
  const text = (name: 'host' | 'bind_dn' | 'base' | 'filter') => ({
    label: t(`syncs.${name}`),
    value: ldap[name],
    error: fault(`ldap.${name}`),
    disabled,
    onChange: (event: { currentTarget: { value: string } }) => set({ [name]: event.currentTarget.value }),
  })
  return (
    <>
      <TextInput {...text('host')} placeholder="ldap.example.com" />
      <div className={classes.two}>
        <NativeSelect
          label={t('syncs.security')}
          value={ldap.security}
          error={fault('ldap.security')}
          disabled={disabled}
          onChange={(event) => {
            const security = event.currentTarget.value as Draft['ldap']['security']
            set({ security, ...(ldap.port === usual[ldap.security] ? { port: usual[security] } : {}) })
          }}
          data={(['tls', 'starttls', 'none'] as const).map((value) => ({ value, label: t(`syncs.security_${value}`) }))}
        />
        <NumberInput
          label={t('syncs.port')}
          value={ldap.port}
          error={fault('ldap.port')}
          disabled={disabled}
          min={1}
          max={65535}
          hideControls
          onChange={(port) => set({ port: Number(port) || 0 })}
        />
      </div>
      <TextInput {...text('bind_dn')} placeholder="cn=clarion,ou=services,dc=example,dc=com" />
      <Secret label={t('syncs.password')} {...{ draft, change, fault, disabled, secretSet }} />
      <TextInput {...text('base')} placeholder="ou=people,dc=example,dc=com" />
      <TextInput {...text('filter')} description={t('syncs.filter_hint')} />
      <Checkbox
        label={t('syncs.skip_disabled')}
        description={t('syncs.skip_disabled_hint')}
        checked={ldap.skip_disabled}
        disabled={disabled}
        onChange={(event) => set({ skip_disabled: event.currentTarget.checked })}
      />
      <Certificates value={ldap.ca} error={fault('ldap.ca')} disabled={disabled} onChange={(ca) => set({ ca })} />
    </>
  )
}

function Database({ draft, change, fault, disabled, secretSet, place }: Props) {
  const { t } = useTranslation()
  const { sql } = draft
  const set = (part: Partial<Draft['sql']>) => change({ sql: { ...sql, ...part } })
  return (
    <>
      <Secret
        label={t('syncs.url')}
        hint={place || 'postgres://reader:…@db.example.com/hr'}
        {...{ draft, change, fault, disabled, secretSet }}
      />
      <Textarea
        label={t('syncs.query')}
        description={t('syncs.query_hint')}
        placeholder="SELECT id, name, email FROM people"
        autosize
        minRows={3}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        value={sql.query}
        error={fault('sql.query')}
        disabled={disabled}
        onChange={(event) => set({ query: event.currentTarget.value })}
      />
      <NumberInput
        label={t('syncs.timeout')}
        value={sql.timeout_seconds}
        error={fault('sql.timeout_seconds')}
        disabled={disabled}
        min={1}
        max={600}
        onChange={(seconds) => set({ timeout_seconds: Number(seconds) || 0 })}
      />
      <Certificates value={sql.ca} error={fault('sql.ca')} disabled={disabled} onChange={(ca) => set({ ca })} />
    </>
  )
}

/** What is never shown again: a new one replaces the one there is. */
function Secret(props: Omit<Props, 'place'> & { label: string; hint?: string }) {
  const { t } = useTranslation()
  return (
    <PasswordInput
      label={props.label}
      description={props.hint}
      placeholder={props.secretSet ? t('syncs.secret_set') : ''}
      autoComplete="new-password"
      value={props.draft.secret}
      error={props.fault('secret')}
      disabled={props.disabled}
      onChange={(event) => props.change({ secret: event.currentTarget.value })}
    />
  )
}

interface CertificateProps {
  value: string
  error: string | undefined
  disabled: boolean
  onChange: (value: string) => void
}

function Certificates({ value, error, disabled, onChange }: CertificateProps) {
  const { t } = useTranslation()
  return (
    <Textarea
      label={t('syncs.ca')}
      description={t('syncs.ca_hint')}
      placeholder="-----BEGIN CERTIFICATE-----"
      autosize
      minRows={1}
      maxRows={6}
      value={value}
      error={error}
      disabled={disabled}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
