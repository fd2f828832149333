import { ActionIcon, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useCopy } from '../lib/copy'

/** Copies a text and says so. `label` names what is copied. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation()
  const { copied, copy } = useCopy()
  return (
    <Tooltip label={copied ? t('act.copied') : t('act.copy')}>
      <ActionIcon variant="subtle" color="gray" size={24} aria-label={label} onClick={() => copy(text)}>
        {copied ? <IconCheck size={14} color="var(--good)" /> : <IconCopy size={14} color="var(--text-dim)" />}
        <span className="unseen" aria-live="polite">
          {copied ? t('act.copied') : ''}
        </span>
      </ActionIcon>
    </Tooltip>
  )
}
