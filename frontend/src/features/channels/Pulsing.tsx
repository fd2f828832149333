import { Tooltip } from '@mantine/core'
import { IconBolt, IconCheck } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Chip } from '../../components/Chip'
import { Door } from '../../components/Door'
import { doors } from '../../lib/doors'
import type { Pulse } from './api'
import classes from './Channels.module.css'

/** How an account fared in the last quarter of an hour, and whether its breaker is open somewhere. */
export function Pulsing({ pulse }: { pulse: Pulse | undefined }) {
  const { t, i18n } = useTranslation()
  if (!pulse) return <span className={classes.pulse} />
  const number = new Intl.NumberFormat(i18n.language)
  const open = pulse.breakers.length
  const rate = pulse.calls === 0 ? 0 : pulse.errors / pulse.calls
  const percent = new Intl.NumberFormat(i18n.language, { style: 'percent', maximumFractionDigits: 1 }).format(rate)
  return (
    <span className={classes.pulse}>
      {open > 0 ? (
        <Tooltip label={t('channels.breaker_hint')}>
          <span>
            <Chip tone="bad" icon={IconBolt}>
              {t('channels.breaker_open', { count: open })}
            </Chip>
          </span>
        </Tooltip>
      ) : (
        <Chip tone="good" icon={IconCheck}>
          {t('channels.breaker_closed')}
        </Chip>
      )}
      <Tooltip label={t('channels.rate_hint')}>
        <span>
          {pulse.calls === 0 ? (
            <span className="dim">{t('channels.no_calls')}</span>
          ) : (
            <Door door={doors.messages({ integration: pulse.integration })}>
              <span className={rate > 0.05 ? classes.bad : undefined}>
                {t('channels.rate', { percent, calls: number.format(pulse.calls) })}
              </span>
            </Door>
          )}
        </span>
      </Tooltip>
    </span>
  )
}
