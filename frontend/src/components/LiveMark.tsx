import { Tooltip } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useConnected } from '../lib/live'
import classes from './LiveMark.module.css'

/** Says whether what is shown changes by itself. */
export function LiveMark() {
  const { t } = useTranslation()
  const connected = useConnected()
  return (
    <Tooltip label={connected ? t('app.live_hint') : t('app.polling_hint')}>
      <span className={classes.mark} data-connected={connected || undefined}>
        <span className={classes.dot} aria-hidden />
        {connected ? t('app.live') : t('app.polling')}
      </span>
    </Tooltip>
  )
}
