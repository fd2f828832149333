import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { PageHeader } from '../../components/PageHeader'
import { houseQuery } from '../../lib/house'
import { GeneralForm } from './GeneralForm'
import { GivenSettings } from './GivenSettings'
import { Health } from './Health'
import { Retention } from './Retention'

/** This Clarion: its name, what the environment has set, and how it is. */
export function SettingsPage() {
  const { t } = useTranslation()
  const house = useQuery(houseQuery)
  return (
    <>
      <PageHeader title={t('settings.title')} intro={t('settings.intro')} />
      <Answered of={house}>
        {(settings) => (
          <>
            <GeneralForm settings={settings} />
            <GivenSettings settings={settings} />
            <Retention />
          </>
        )}
      </Answered>
      <Health />
    </>
  )
}
