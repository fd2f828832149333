import { useTranslation } from 'react-i18next'
import { PageHeader } from '../../components/PageHeader'
import { SyncForm } from './SyncForm'

/** A sync that is not there yet. */
export function NewSyncPage() {
  const { t } = useTranslation()
  return (
    <>
      <PageHeader title={t('syncs.new')} intro={t('syncs.new_intro')} />
      <SyncForm />
    </>
  )
}
