import { Button, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { usePermission } from '../../lib/session'
import type { Move, Subject } from './review'

/** What is asked for less often: behind the three dots. */
export function MoreActions({ subject, onMove }: { subject: Subject; onMove: (move: Move) => void }) {
  const { t } = useTranslation()
  const writes = usePermission('content:write')
  const approves = usePermission('content:approve')
  const { kind, key, review } = subject
  const { open, retired_at, live_version } = review
  if (kind !== 'templates' && !(open && writes) && !(approves && live_version > 0)) return null
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" px={8} aria-label={t('templates.more')}>
          <IconDots size={16} aria-hidden />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {kind === 'templates' && (
          <Menu.Item component="a" href={`/v1/templates/${encodeURIComponent(key)}/export`} download>
            {t('templates.export')}
          </Menu.Item>
        )}
        {approves && open && open.state !== 'approved' && (
          <Menu.Item onClick={() => onMove('publish')}>{t('templates.publish_alone')}</Menu.Item>
        )}
        {writes && open && <Menu.Item onClick={() => onMove('discard')}>{t('templates.discard')}</Menu.Item>}
        {approves && live_version > 0 && (
          <Menu.Item onClick={() => onMove(retired_at ? 'unretire' : 'retire')}>
            {retired_at ? t('templates.unretire') : t('templates.retire')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
