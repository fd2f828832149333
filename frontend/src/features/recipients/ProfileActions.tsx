import { Button } from '@mantine/core'
import { IconArrowMerge, IconDownload, IconEraser } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CurlButton } from '../../components/CurlButton'
import type { Recipient } from './api'
import { EraseDialog } from './EraseDialog'
import { MergeDialog } from './MergeDialog'

/** What can be done with a person as a whole. */
export function ProfileActions({ recipient, mayWrite }: { recipient: Recipient; mayWrite: boolean }) {
  const { t } = useTranslation()
  const [erasing, setErasing] = useState(false)
  const [merging, setMerging] = useState(false)
  const path = `/v1/recipients/${encodeURIComponent(recipient.id)}`
  return (
    <>
      <CurlButton path={path} />
      {mayWrite && (
        <>
          <Button
            component="a"
            href={`${path}/export`}
            download={`${recipient.id}.json`}
            variant="default"
            leftSection={<IconDownload size={14} aria-hidden />}
          >
            {t('recipients.export')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconArrowMerge size={14} aria-hidden />}
            onClick={() => setMerging(true)}
          >
            {t('recipients.merge')}
          </Button>
          <Button
            color="red"
            variant="light"
            leftSection={<IconEraser size={14} aria-hidden />}
            onClick={() => setErasing(true)}
          >
            {t('recipients.erase')}
          </Button>
        </>
      )}
      {merging && <MergeDialog recipient={recipient} onClose={() => setMerging(false)} />}
      {erasing && <EraseDialog recipient={recipient} onClose={() => setErasing(false)} />}
    </>
  )
}
