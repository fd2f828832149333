import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ChannelLabel } from '../../components/ChannelLabel'
import table from '../../components/Table.module.css'
import { Time } from '../../components/Time'
import { addressText } from '../../lib/names'
import { AddressDialog } from './AddressDialog'
import { AddressMarks } from './AddressMarks'
import { AddressMenu } from './AddressMenu'
import { type Address, type Recipient, suppressionsOfQuery } from './api'
import classes from './RecipientPage.module.css'

/** Where somebody can be reached, and what stands in the way. */
export function Addresses({ recipient, mayWrite }: { recipient: Recipient; mayWrite: boolean }) {
  const { t } = useTranslation()
  const [dialog, setDialog] = useState<{ address?: Address }>()
  const suppressed = useQuery(suppressionsOfQuery(recipient.id)).data?.rows ?? []
  const { addresses } = recipient
  const labelled = addresses.some(({ label }) => label)
  return (
    <section className="card" aria-labelledby="addresses">
      <div className={classes.head}>
        <h2 id="addresses">{t('recipients.addresses')}</h2>
        {mayWrite && (
          <Button
            variant="default"
            size="compact-xs"
            leftSection={<IconPlus size={13} aria-hidden />}
            onClick={() => setDialog({})}
          >
            {t('recipients.address_add')}
          </Button>
        )}
      </div>
      {addresses.length === 0 && <p className={classes.none}>{t('recipients.address_none')}</p>}
      {addresses.length > 0 && (
        <div className={table.wrap}>
          <table className={table.table}>
            <caption>{t('recipients.addresses')}</caption>
            <thead>
              <tr>
                <th style={{ width: 120 }}>{t('column.channel')}</th>
                <th>{t('column.address')}</th>
                {labelled && <th style={{ width: 110 }}>{t('recipients.label')}</th>}
                <th style={{ width: 120 }}>{t('recipients.last_used')}</th>
                <th className={table.right}>{t('column.status')}</th>
                {mayWrite && (
                  <th style={{ width: 44 }}>
                    <span className="unseen">{t('recipients.address_actions')}</span>
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {addresses.map((each) => (
                <tr key={`${each.channel} ${each.address}`}>
                  <td style={{ width: 120 }}>
                    <ChannelLabel channel={each.channel} />
                  </td>
                  <td className="cut" title={each.address}>
                    {addressText(each.address)}
                  </td>
                  {labelled && <td className={table.dim}>{each.label}</td>}
                  <td
                    className={table.dim}
                    style={{ width: 120, whiteSpace: 'nowrap' }}
                    title={t('recipients.last_used')}
                  >
                    {each.last_used_at ? <Time at={each.last_used_at} /> : t('recipients.never_used')}
                  </td>
                  <td className={table.right}>
                    <AddressMarks address={each} suppressed={suppressed} />
                  </td>
                  {mayWrite && (
                    <td style={{ width: 44 }} className={table.right}>
                      <AddressMenu recipient={recipient} address={each} onEdit={() => setDialog({ address: each })} />
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {dialog && <AddressDialog recipient={recipient} {...dialog} onClose={() => setDialog(undefined)} />}
    </section>
  )
}
