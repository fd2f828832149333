import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Confirm } from '../../components/Confirm'
import { sayFailed } from '../../lib/notify'
import { usePermission } from '../../lib/session'
import { useClearSandbox } from './api'

export function ClearButton() {
  const { t } = useTranslation()
  const [asking, setAsking] = useState(false)
  const clear = useClearSandbox()
  const close = () => setAsking(false)
  if (!usePermission('admin')) return null
  return (
    <>
      <Button variant="default" onClick={() => setAsking(true)}>
        {t('sandbox.clear')}
      </Button>
      <Confirm
        title={t('sandbox.clear_confirm')}
        text={t('sandbox.clear_text')}
        confirm={t('sandbox.clear')}
        danger
        opened={asking}
        busy={clear.isPending}
        onClose={close}
        onConfirm={() => clear.mutate(undefined, { onError: (error) => sayFailed(error, t), onSettled: close })}
      />
    </>
  )
}
