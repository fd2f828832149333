import { Button } from '@mantine/core'
import { IconPlayerPause } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { sayDone, sayFailed } from '../../lib/notify'
import { usePermission } from '../../lib/session'
import { type Integration, useResume } from './api'
import classes from './Channels.module.css'

/** Why an account was taken out of service, and the way back. */
export function Paused({ account }: { account: Integration }) {
  const { t } = useTranslation()
  const mayAct = usePermission('admin')
  const resume = useResume(account.id)
  return (
    <div className={classes.paused}>
      <IconPlayerPause size={15} aria-hidden />
      <span>{t('channels.paused', { reason: account.paused_reason })}</span>
      {mayAct && (
        <Button
          variant="default"
          size="compact-xs"
          loading={resume.isPending}
          onClick={() =>
            resume.mutate(undefined, {
              onSuccess: () => sayDone(t('channels.resumed', { name: account.name })),
              onError: (error) => sayFailed(error, t),
            })
          }
        >
          {t('channels.resume')}
        </Button>
      )}
    </div>
  )
}
