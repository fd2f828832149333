import { useTranslation } from 'react-i18next'
import { PageHeader } from '../../components/PageHeader'
import { PasswordSection } from './PasswordSection'
import { ProfileSection } from './ProfileSection'
import { SecondStepSection } from './SecondStepSection'
import { SessionsSection } from './SessionsSection'

/** What members say about themselves, and how they keep others out. */
export function AccountPage() {
  const { t } = useTranslation()
  return (
    <>
      <PageHeader title={t('account.title')} intro={t('account.intro')} />
      <ProfileSection />
      <PasswordSection />
      <SecondStepSection />
      <SessionsSection />
    </>
  )
}
