import { Button } from '@mantine/core'
import { IconCheck, IconTerminal2 } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useCopy } from '../lib/copy'
import { curlOf } from '../lib/curl'

/** Copies the call that reads what the page shows. */
export function CurlButton({ path, filter }: { path: string; filter?: object }) {
  const { t } = useTranslation()
  const { copied, copy } = useCopy()
  const Glyph = copied ? IconCheck : IconTerminal2
  return (
    <Button
      variant="default"
      leftSection={<Glyph size={14} aria-hidden />}
      onClick={() => copy(curlOf({ path, ...(filter ? { filter } : {}) }))}
    >
      {copied ? t('act.copied') : t('act.copy_curl')}
    </Button>
  )
}
