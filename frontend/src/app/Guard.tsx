import { IconLock } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { State } from '../components/States'
import { type Permission, usePermission } from '../lib/session'

/** Shows a page only to those who may see it; the server says no as well. */
export function Guard({ permission, children }: { permission: Permission; children: ReactNode }) {
  const { t } = useTranslation()
  if (usePermission(permission)) return children
  return <State page icon={IconLock} title={t('state.forbidden_title')} text={t('state.forbidden_text')} />
}
