import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { ChannelLabel } from '../../components/ChannelLabel'
import { Door } from '../../components/Door'
import { PageHeader } from '../../components/PageHeader'
import table from '../../components/Table.module.css'
import { doors } from '../../lib/doors'
import { useSearchWords } from '../../lib/use-search'
import { providersQuery } from './api'
import classes from './Channels.module.css'
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
          <>
            <PageHeader title={t('channels.choose')} intro={t('channels.choose_text')} />
            <ul className={classes.vendors}>
              {providers.map(({ name, label, channel }) => (
                <li key={name} className="card">
                  <ChannelLabel channel={channel} iconOnly />
                  <Door
                    door={doors.newIntegration(name)}
                    className={table.cover}
                    label={t('channels.vendor_card', { vendor: label, channel: t(`channel.${channel}`) })}
                  >
                    {label}
                  </Door>
                  <span className="dim">{t(`channel.${channel}`)}</span>
                </li>
              ))}
            </ul>
          </>
        )
      }}
    </Answered>
  )
}
