import {
  IconAlertTriangle,
  IconBan,
  IconCircleCheck,
  IconDeviceMobileOff,
  IconHelp,
  IconStar,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Chip } from '../../components/Chip'
import { Door } from '../../components/Door'
import type { Schema } from '../../lib/api'
import { doors } from '../../lib/doors'
import type { Address } from './api'
import classes from './RecipientPage.module.css'

/** How an address is compared with the list of suppressions: mailboxes in any case. */
const keyOf = ({ channel, address }: { channel: string; address: string }) =>
  `${channel} ${channel === 'email' ? address.toLowerCase() : address}`

/** What is known of an address: preferred, verified, dead, suppressed. */
export function AddressMarks({ address, suppressed }: { address: Address; suppressed: Schema['Suppression'][] }) {
  const { t } = useTranslation()
  const entry = suppressed.find((each) => keyOf(each) === keyOf(address))
  return (
    <span className={classes.marks}>
      {address.preferred && (
        <Chip tone="busy" icon={IconStar} title={t('recipients.preferred_hint')}>
          {t('recipients.preferred')}
        </Chip>
      )}
      <Proof address={address} />
      {address.invalid && (
        <Chip
          tone="warn"
          icon={address.channel === 'push' ? IconDeviceMobileOff : IconAlertTriangle}
          title={t('recipients.invalid_hint')}
        >
          {address.channel === 'push' ? t('recipients.dead_device') : t('recipients.invalid')}
        </Chip>
      )}
      {entry && (
        <Door door={doors.suppression(entry.id)}>
          <Chip tone="bad" icon={IconBan}>
            {t('recipients.suppressed')}
          </Chip>
        </Door>
      )}
    </span>
  )
}

/** Whether it was found out whose the address is, when and how. */
function Proof({ address }: { address: Address }) {
  const { t, i18n } = useTranslation()
  const at = new Date(address.verified_at ?? 0).toLocaleString(i18n.language, {
    dateStyle: 'medium',
    timeStyle: 'short',
  })
  const byCode = address.verified_by === 'code'
  if (address.verification === 'verified')
    return (
      <Chip
        tone="good"
        icon={IconCircleCheck}
        title={byCode ? t('recipients.verified_code', { at }) : t('recipients.verified_caller', { at })}
      >
        {t('recipients.verified')}
      </Chip>
    )
  if (address.verification === 'failed')
    return (
      <Chip
        tone="bad"
        icon={IconAlertTriangle}
        title={
          byCode ? t('recipients.verification_failed_hint', { at }) : t('recipients.verification_refused_hint', { at })
        }
      >
        {t('recipients.verification_failed')}
      </Chip>
    )
  if (address.channel !== 'email' && address.channel !== 'sms') return null
  return (
    <Chip tone="calm" icon={IconHelp}>
      {t('recipients.unverified')}
    </Chip>
  )
}
