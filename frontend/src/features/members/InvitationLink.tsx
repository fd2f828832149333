import { Button, Group, Stack, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { CopyButton } from '../../components/CopyButton'
import type { Schema } from '../../lib/api'
import { dayAndTime } from '../../lib/time'

interface Props {
  invited: Schema['Invited']
  onClose: () => void
}

/** The link that lets in, to be copied now or never. */
export function InvitationLink({ invited, onClose }: Props) {
  const { t, i18n } = useTranslation()
  const until = dayAndTime(new Date(invited.expires_at), i18n.language)
  return (
    <Stack gap={12}>
      <div>
        {invited.emailed ? t('members.link_emailed', { email: invited.email }) : t('members.link_not_emailed')}{' '}
        {t('members.link_once', { until })}
      </div>
      <TextInput
        size="sm"
        readOnly
        label={t('members.link')}
        value={invited.link}
        onFocus={(event) => event.currentTarget.select()}
        rightSection={<CopyButton text={invited.link} label={t('members.copy_link')} />}
      />
      <Group justify="flex-end">
        <Button onClick={onClose}>{t('act.close')}</Button>
      </Group>
    </Stack>
  )
}
