import { ActionIcon, Button, Menu } from '@mantine/core'
import { IconAlertTriangle, IconBan, IconDots, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ChannelLabel } from '../../components/ChannelLabel'
import { Chip } from '../../components/Chip'
import { Door } from '../../components/Door'
import table from '../../components/Table.module.css'
import { sayDoneWithUndo } from '../../components/undo'
import type { Schema } from '../../lib/api'
import { doors } from '../../lib/doors'
import { addressText } from '../../lib/names'
import { sayFailed } from '../../lib/notify'
import { AddressDialog } from './AddressDialog'
import { type Address, type Recipient, suppressionsOfQuery, useSetAddresses } from './api'
import classes from './RecipientPage.module.css'

/** Where somebody can be reached, and what stands in the way. */
export function Addresses({ recipient, mayWrite }: { recipient: Recipient; mayWrite: boolean }) {
  const { t } = useTranslation()
  const [dialog, setDialog] = useState<{ address?: Address }>()
  const suppressed = useQuery(suppressionsOfQuery(recipient.id)).data?.rows ?? []
  const { addresses } = recipient
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
            <tbody>
              {addresses.map((each) => (
                <tr key={`${each.channel} ${each.address}`}>
                  <td style={{ width: 120 }}>
                    <ChannelLabel channel={each.channel} />
                  </td>
                  <td className="cut" title={each.address}>
                    {addressText(each.address)}
                  </td>
                  <td className={table.dim}>{each.label}</td>
                  <td className={table.right}>
                    <Marks address={each} suppressed={suppressed} />
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

/** How an address is compared with the list of suppressions: mailboxes in any case. */
const keyOf = ({ channel, address }: { channel: string; address: string }) =>
  `${channel} ${channel === 'email' ? address.toLowerCase() : address}`

function Marks({ address, suppressed }: { address: Address; suppressed: Schema['Suppression'][] }) {
  const { t } = useTranslation()
  const entry = suppressed.find((each) => keyOf(each) === keyOf(address))
  return (
    <>
      {address.invalid && (
        <Chip tone="warn" icon={IconAlertTriangle} title={t('recipients.invalid_hint')}>
          {t('recipients.invalid')}
        </Chip>
      )}{' '}
      {entry && (
        <Door door={doors.suppression(entry.id)}>
          <Chip tone="bad" icon={IconBan}>
            {t('recipients.suppressed')}
          </Chip>
        </Door>
      )}
    </>
  )
}

interface MenuProps {
  recipient: Recipient
  address: Address
  onEdit: () => void
}

function AddressMenu({ recipient, address, onEdit }: MenuProps) {
  const { t } = useTranslation()
  const set = useSetAddresses(recipient.id)
  const failed = (error: Error) => sayFailed(error, t)
  const all = recipient.addresses
  const mark = (invalid: boolean) =>
    set.mutate(
      all.map((each) => (each === address ? { ...each, invalid } : each)),
      { onError: failed },
    )
  const remove = () =>
    set.mutate(
      all.filter((each) => each !== address),
      {
        onError: failed,
        onSuccess: () =>
          sayDoneWithUndo(t('recipients.address_removed', { address: address.address }), t, () =>
            set.mutate(all, { onError: failed }),
          ),
      },
    )
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={24}
          aria-label={t('recipients.address_menu', { address: address.address })}
        >
          <IconDots size={15} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onEdit}>{t('recipients.address_edit')}</Menu.Item>
        <Menu.Item onClick={() => mark(!address.invalid)}>
          {address.invalid ? t('recipients.mark_valid') : t('recipients.mark_invalid')}
        </Menu.Item>
        <Menu.Item color="red" onClick={remove}>
          {t('recipients.address_remove')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
