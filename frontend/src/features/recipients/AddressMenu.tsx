import { ActionIcon, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sayDoneWithUndo } from '../../components/undo'
import { sayFailed } from '../../lib/notify'
import { type Address, type Recipient, useSetAddresses } from './api'
import { VerifyDialog } from './VerifyDialog'

interface MenuProps {
  recipient: Recipient
  address: Address
  onEdit: () => void
}

/** What can be done with one address. */
export function AddressMenu({ recipient, address, onEdit }: MenuProps) {
  const { t } = useTranslation()
  const set = useSetAddresses(recipient.id)
  const [verifying, setVerifying] = useState(false)
  const failed = (error: Error) => sayFailed(error, t)
  const all = recipient.addresses
  const change = (part: Partial<Address>) => {
    const next = { ...('verification' in part ? saidAgain(address) : address), ...part }
    set.mutate(
      all.map((each) => (each === address ? next : part.preferred && sameChannel(each) ? without(each) : each)),
      { onError: failed },
    )
  }
  const sameChannel = (each: Address) => each.channel === address.channel
  const remove = () =>
    set.mutate(
      all.filter((each) => each !== address),
      {
        onError: failed,
        onSuccess: () =>
          sayDoneWithUndo(t('recipients.address_removed', { address: address.address }), t, () =>
            set.mutate(all.map(saidAgain), { onError: failed }),
          ),
      },
    )
  const byCode = address.channel === 'email' || address.channel === 'sms'
  return (
    <>
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
          <Menu.Item onClick={() => change({ preferred: !address.preferred })}>
            {address.preferred ? t('recipients.prefer_not') : t('recipients.prefer')}
          </Menu.Item>
          {byCode && address.verification !== 'verified' && (
            <Menu.Item onClick={() => setVerifying(true)}>{t('recipients.verify')}</Menu.Item>
          )}
          <Menu.Item onClick={() => change({ verification: address.verification ? 'unverified' : 'verified' })}>
            {address.verification ? t('recipients.mark_unverified') : t('recipients.mark_verified')}
          </Menu.Item>
          <Menu.Item onClick={() => change({ invalid: !address.invalid })}>
            {address.invalid ? t('recipients.mark_valid') : t('recipients.mark_invalid')}
          </Menu.Item>
          <Menu.Item color="red" onClick={remove}>
            {t('recipients.address_remove')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {verifying && <VerifyDialog id={recipient.id} address={address} onClose={() => setVerifying(false)} />}
    </>
  )
}

/** With what was found out about it, which went with the address. */
const saidAgain = ({ verified_at: _, ...each }: Address): Address => each

/** Only one address of a channel is preferred. */
const without = (each: Address): Address => ({ ...each, preferred: false })
