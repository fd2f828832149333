import { ActionIcon, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Confirm } from '../../components/Confirm'
import { sayDone, sayFailed } from '../../lib/notify'
import { useMe } from '../../lib/session'
import { type Member, type MemberAct, mayManage, useMemberAct } from './api'

/** What can be done with a member. Each is asked about first: it is felt at once. */
export function MemberMenu({ member }: { member: Member }) {
  const { t } = useTranslation()
  const me = useMe()
  const [asked, setAsked] = useState<MemberAct>()
  const act = useMemberAct()
  if (!mayManage(me, member)) return null
  const name = member.name || member.email
  const acts: MemberAct[] = [
    ...(member.two_factor ? (['reset_second'] as const) : []),
    ...(member.deactivated_at ? (['reactivate', 'remove'] as const) : (['sign_out', 'deactivate', 'remove'] as const)),
  ]
  const confirm = () => {
    if (!asked) return
    act.mutate(
      { act: asked, id: member.id },
      {
        onSuccess: () => sayDone(t(`members.done_${asked}`, { name })),
        onError: (error) => sayFailed(error, t),
        onSettled: () => setAsked(undefined),
      },
    )
  }
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={26} aria-label={t('members.menu', { name })}>
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {acts.map((each) => (
            <Menu.Item key={each} {...(each === 'remove' ? { color: 'red' } : {})} onClick={() => setAsked(each)}>
              {t(`members.act_${each}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {asked && (
        <Confirm
          opened
          title={`${t(`members.act_${asked}`)}: ${name}`}
          text={t(`members.text_${asked}`)}
          confirm={t(`members.act_${asked}`)}
          busy={act.isPending}
          danger={asked !== 'reactivate'}
          onClose={() => setAsked(undefined)}
          onConfirm={confirm}
        />
      )}
    </>
  )
}
