import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { FormSection } from '../../components/form/FormPage'
import type { Schema } from '../../lib/api'
import classes from './Settings.module.css'

/** What the environment has set; here it can only be read. */
export function GivenSettings({ settings }: { settings: Schema['HouseSettings'] }) {
  const { t } = useTranslation()
  const sandbox = settings.sandbox
    ? t('settings.sandbox_on')
    : settings.production
      ? t('settings.sandbox_production')
      : t('settings.sandbox_off')
  return (
    <FormSection title={t('settings.environment')} intro={t('settings.environment_text')}>
      <dl className={classes.given}>
        <Given name={t('settings.public_url')} variable="CLARION_PUBLIC_URL" value={settings.public_url} />
        <Given
          name={t('settings.origins')}
          variable="CLARION_ALLOWED_ORIGINS"
          value={settings.allowed_origins.join(', ') || t('settings.origins_none')}
        />
        <Given
          name={t('settings.mode')}
          variable="CLARION_ENV"
          value={settings.production ? t('settings.production') : t('settings.development')}
        />
        <Given name={t('settings.sandbox')} variable="CLARION_SANDBOX" value={sandbox} />
        <Given name={t('settings.version')} value={[settings.version, settings.commit].filter(Boolean).join(' · ')} />
      </dl>
    </FormSection>
  )
}

/** A fact, and the variable that sets it. */
export function Given({ name, variable, value }: { name: string; variable?: string; value: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value}
        {variable && <code>{variable}</code>}
      </dd>
    </div>
  )
}
