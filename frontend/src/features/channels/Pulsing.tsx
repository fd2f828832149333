import { Tooltip } from '@mantine/core'
import { IconBolt, IconCheck, IconHourglass, IconMoon, IconScale } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Chip } from '../../components/Chip'
import { Door } from '../../components/Door'
import { doors } from '../../lib/doors'
import { dayAndTime } from '../../lib/time'
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
      <Form pulse={pulse} />
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

/** What keeps an account from its full weight now: a vendor in bad form or one that hangs, a day that is spent. */
function Form({ pulse }: { pulse: Pulse }) {
  const { t, i18n } = useTranslation()
  const percent = new Intl.NumberFormat(i18n.language, { style: 'percent', maximumFractionDigits: 0 }).format(
    pulse.form,
  )
  const weight = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 2 }).format(pulse.effective_weight)
  return (
    <>
      {pulse.rests_until && (
        <Told
          icon={IconMoon}
          text={t('channels.rests', { until: dayAndTime(new Date(pulse.rests_until), i18n.language) })}
          hint={t('channels.rests_hint')}
        />
      )}
      {pulse.hanging > 0 && (
        <Told
          icon={IconHourglass}
          text={t('channels.hangs', { count: pulse.hanging })}
          hint={t('channels.hangs_hint')}
        />
      )}
      {pulse.form < 1 && (
        <Told icon={IconScale} text={t('channels.form', { percent })} hint={t('channels.form_hint', { weight })} />
      )}
    </>
  )
}

function Told({ icon, text, hint }: { icon: typeof IconBolt; text: string; hint: string }) {
  return (
    <Tooltip label={hint} multiline maw={320}>
      <span>
        <Chip tone="warn" icon={icon}>
          {text}
        </Chip>
      </span>
    </Tooltip>
  )
}
