import { IconMapPinOff } from '@tabler/icons-react'
import type { ErrorComponentProps } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Door } from '../components/Door'
import { Failed, State } from '../components/States'

export function PageNotFound() {
  const { t } = useTranslation()
  return (
    <State page icon={IconMapPinOff} title={t('state.page_not_found')} text={t('state.not_found_text')}>
      <Door door={{ to: '/' }}>{t('state.go_home')}</Door>
    </State>
  )
}

/** A page that broke while drawing, or whose code could not be loaded. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  return <Failed page error={error instanceof Error ? error : new Error(String(error))} retry={reset} />
}
