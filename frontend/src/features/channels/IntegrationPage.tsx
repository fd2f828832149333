import { Button } from '@mantine/core'
import { IconPlugConnected, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { PageHeader } from '../../components/PageHeader'
import { usePermission } from '../../lib/session'
import { type Integration, integrationQuery, providersQuery } from './api'
import { DeleteDialog } from './DeleteDialog'
import { IntegrationForm } from './IntegrationForm'
import { Paused } from './Paused'
import { TryDialog } from './TryDialog'

/** One vendor account: its settings, a try, and the end of it. */
export function IntegrationPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useQuery(integrationQuery(id))
  const vendors = useQuery(providersQuery)
  return (
    <Answered of={vendors} page>
      {(providers) => (
        <Answered of={query} page>
          {(account) => {
            const provider = providers.find(({ name }) => name === account.provider)
            return (
              <>
                <Head account={account} label={provider?.label ?? account.provider} />
                {account.paused_reason && <Paused account={account} />}
                {provider && <IntegrationForm key={account.id} provider={provider} account={account} />}
              </>
            )
          }}
        </Answered>
      )}
    </Answered>
  )
}

function Head({ account, label }: { account: Integration; label: string }) {
  const { t } = useTranslation()
  const mayAct = usePermission('admin')
  const [open, setOpen] = useState<'try' | 'delete'>()
  return (
    <PageHeader title={account.name} {...(label === account.name ? {} : { intro: label })}>
      {mayAct && (
        <>
          <Button
            variant="default"
            leftSection={<IconPlugConnected size={14} aria-hidden />}
            onClick={() => setOpen('try')}
          >
            {t('channels.test')}
          </Button>
          <Button variant="default" leftSection={<IconTrash size={14} aria-hidden />} onClick={() => setOpen('delete')}>
            {t('act.delete')}
          </Button>
        </>
      )}
      {open === 'try' && <TryDialog account={account} onClose={() => setOpen(undefined)} />}
      {open === 'delete' && <DeleteDialog account={account} onClose={() => setOpen(undefined)} />}
    </PageHeader>
  )
}
