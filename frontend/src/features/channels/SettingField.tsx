import { NativeSelect, PasswordInput, Textarea, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../../lib/api'
import { settingWords } from './vendor-words'

interface Props {
  provider: string
  setting: Schema['Setting']
  /** It has a value already; a secret's is never shown. */
  kept: boolean
  value: string
  error: string | undefined
  disabled: boolean
  onChange: (value: string) => void
}

/** One setting of a vendor as its manifest describes it. */
export function SettingField({ provider, setting, kept, value, error, disabled, onChange }: Props) {
  const { t, i18n } = useTranslation()
  const { key, secret, required, options } = setting
  const { label, help } = settingWords(provider, setting, i18n)
  const hint = secret && kept ? t('channels.secret_kept') : ''
  const common = {
    label,
    description: help && hint ? t('channels.help_and_hint', { help, hint }) : help || hint || undefined,
    required: required && !(secret && kept),
    error,
    disabled,
    value,
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  }
  if (options && options.length > 0) return <NativeSelect {...common} data={options} />
  // What is pasted from a file keeps its lines.
  if (key.endsWith('_json') || key.endsWith('_pem')) {
    return <Textarea {...common} autosize minRows={3} maxRows={8} spellCheck={false} placeholder={kept ? '••••' : ''} />
  }
  if (secret) {
    return (
      <PasswordInput
        {...common}
        autoComplete="new-password"
        placeholder={kept ? '••••••••' : ''}
        visibilityToggleButtonProps={{ 'aria-label': t('session.show_password') }}
      />
    )
  }
  return <TextInput {...common} />
}
