import { Button } from '@mantine/core'
import { IconLock, IconPencil, IconRefresh } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { Confirm } from '../../components/Confirm'
import { CurlButton } from '../../components/CurlButton'
import { PageHeader } from '../../components/PageHeader'
import { sayDone, sayFailed } from '../../lib/notify'
import { type ApiKey, keyQuery, type NewApiKey, useRevokeKey } from './api'
import { ChangeDialog } from './ChangeDialog'
import { KeyFacts } from './KeyFacts'
import { KeyStateChip, stateOf } from './key-state'
import { RotateDialog } from './RotateDialog'
import { SecretShown } from './SecretShown'

export function ApiKeyPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useQuery(keyQuery(id))
  return (
    <Answered of={query} page>
      {(key) => <Whole key={key.id} apiKey={key} />}
    </Answered>
  )
}

function Whole({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation()
  const [dialog, setDialog] = useState<'change' | 'rotate' | 'revoke'>()
  const [made, setMade] = useState<NewApiKey>()
  const state = stateOf(apiKey)
  const close = () => setDialog(undefined)
  return (
    <>
      <PageHeader title={apiKey.name} mark={<KeyStateChip of={apiKey} />}>
        <CurlButton path={`/v1/api-keys/${apiKey.id}`} />
        {state !== 'revoked' && (
          <>
            <Button
              variant="default"
              leftSection={<IconPencil size={14} aria-hidden />}
              onClick={() => setDialog('change')}
            >
              {t('apikeys.change')}
            </Button>
            {state === 'live' && !apiKey.replaced_by && (
              <Button
                variant="default"
                leftSection={<IconRefresh size={14} aria-hidden />}
                onClick={() => setDialog('rotate')}
              >
                {t('apikeys.rotate')}
              </Button>
            )}
            <Button
              color="red"
              variant="light"
              leftSection={<IconLock size={14} aria-hidden />}
              onClick={() => setDialog('revoke')}
            >
              {t('apikeys.revoke')}
            </Button>
          </>
        )}
      </PageHeader>
      {made && (
        <div style={{ marginBottom: 16 }}>
          <SecretShown made={made} />
        </div>
      )}
      <KeyFacts of={apiKey} />
      {dialog === 'change' && <ChangeDialog apiKey={apiKey} onClose={close} />}
      {dialog === 'rotate' && <RotateDialog apiKey={apiKey} onClose={close} onMade={setMade} />}
      {dialog === 'revoke' && <RevokeDialog apiKey={apiKey} onClose={close} />}
    </>
  )
}

function RevokeDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { t } = useTranslation()
  const revoke = useRevokeKey()
  const confirm = () =>
    revoke.mutate(apiKey.id, {
      onError: (error) => sayFailed(error, t),
      onSuccess: () => {
        sayDone(t('apikeys.revoked', { name: apiKey.name }))
        onClose()
      },
    })
  return (
    <Confirm
      opened
      danger
      title={t('apikeys.revoke_title', { name: apiKey.name })}
      text={t('apikeys.revoke_text', { source: apiKey.source })}
      confirm={t('apikeys.revoke')}
      busy={revoke.isPending}
      onClose={onClose}
      onConfirm={confirm}
    />
  )
}
