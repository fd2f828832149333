import { Tooltip } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { fullTime, relative, useNow, useShownZone } from '../lib/time'

/** How long ago, with the full time on hover and in the markup. */
export function Time({ at, className }: { at: string; className?: string }) {
  const { i18n } = useTranslation()
  const now = useNow()
  useShownZone()
  const moment = new Date(at)
  // The ticker lags by seconds: what was made since is "now", not the future.
  const shown = moment > now && moment.getTime() - now.getTime() < 6000 ? moment : now
  return (
    <Tooltip label={fullTime(moment, i18n.language)}>
      <time dateTime={at} className={className}>
        {relative(moment, shown, i18n.language)}
      </time>
    </Tooltip>
  )
}
