import { NativeSelect } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { sayDone } from '../../lib/notify'
import { useMe } from '../../lib/session'
import { useSearchWords } from '../../lib/use-search'
import { isOneOf, roles } from '../../lib/words'
import { type Member, mayManage, memberFilterOf, rolesToGive, useSetRole } from './api'

/** The role of a member, to be changed in place by who may. */
export function RolePick({ member }: { member: Member }) {
  const { t } = useTranslation()
  const me = useMe()
  const [search] = useSearchWords()
  const name = member.name || member.email
  const setRole = useSetRole(memberFilterOf(search), () => sayDone(t('members.role_set', { name })))
  if (!mayManage(me, member)) return t(`role.${member.role}`)
  return (
    <NativeSelect
      size="xs"
      variant="unstyled"
      aria-label={t('members.role_of', { name })}
      value={member.role}
      disabled={setRole.isPending}
      onChange={({ currentTarget: { value } }) => {
        if (isOneOf(roles, value)) setRole.mutate({ id: member.id, role: value })
      }}
      data={rolesToGive(me).map((role) => ({ value: role, label: t(`role.${role}`) }))}
    />
  )
}
