import { IconPlugConnected } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { Door } from '../../components/Door'
import { PageHeader } from '../../components/PageHeader'
import { State } from '../../components/States'
import { doors } from '../../lib/doors'
import { useSearchWords } from '../../lib/use-search'
import { providersQuery } from './api'
import { IntegrationForm } from './IntegrationForm'

/** A new account with the vendor that the address names. */
export function NewIntegrationPage() {
  const { t } = useTranslation()
  const [{ provider: wanted }] = useSearchWords()
  const vendors = useQuery(providersQuery)
  return (
    <Answered of={vendors} page>
      {(providers) => {
        const provider = providers.find(({ name }) => name === wanted)
        if (provider) {
          return (
            <>
              <PageHeader title={t('channels.new_title', { vendor: provider.label })} />
              <IntegrationForm key={provider.name} provider={provider} />
            </>
          )
        }
        return (
          <State page icon={IconPlugConnected} title={t('channels.choose')} text={t('channels.choose_text')}>
            {providers.map(({ name, label }) => (
              <Door key={name} door={doors.newIntegration(name)}>
                {label}
              </Door>
            ))}
          </State>
        )
      }}
    </Answered>
  )
}
