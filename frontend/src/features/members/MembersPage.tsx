import { Button } from '@mantine/core'
import { IconUserPlus, IconUsers } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { PickFilter } from '../../components/filters/PickFilter'
import { SearchFilter } from '../../components/filters/SearchFilter'
import type { Column, RowKind } from '../../components/list/column'
import { ListPage } from '../../components/list/ListPage'
import { Time } from '../../components/Time'
import { useMe } from '../../lib/session'
import { useSearchWords } from '../../lib/use-search'
import { roles } from '../../lib/words'
import { type Member, memberFilterOf, memberList } from './api'
import { Invitations } from './Invitations'
import { InviteDialog } from './InviteDialog'
import { MemberMenu } from './MemberMenu'
import { RolePick } from './RolePick'

const kind: RowKind<Member> = { id: (member) => member.id }

export function MembersPage() {
  const { t } = useTranslation()
  const [search] = useSearchWords()
  const [inviting, setInviting] = useState(false)
  const filter = useMemo(() => memberFilterOf(search), [search])
  const source = useMemo(() => memberList(filter), [filter])
  return (
    <>
      <ListPage
        title={t('members.title')}
        intro={t('members.intro')}
        caption={t('members.caption')}
        source={source}
        kind={kind}
        columns={useColumns()}
        actions={
          <Button leftSection={<IconUserPlus size={15} aria-hidden />} onClick={() => setInviting(true)}>
            {t('members.invite')}
          </Button>
        }
        filters={
          <>
            <SearchFilter placeholder={t('members.search_placeholder')} />
            <PickFilter
              word="role"
              label={t('members.role')}
              any={t('members.any_role')}
              choices={roles.map((value) => ({ value, label: t(`role.${value}`) }))}
            />
          </>
        }
        nothing={{
          icon: IconUsers,
          title: t('members.empty'),
          text: t('members.empty_text'),
          noMatch: t('members.none_match'),
        }}
      >
        <Invitations />
      </ListPage>
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </>
  )
}

function useColumns(): Column<Member>[] {
  const { t } = useTranslation()
  const me = useMe()
  return useMemo(
    () => [
      {
        key: 'name',
        name: t('members.name'),
        cell: (member) => (
          <b style={{ fontWeight: 500 }}>
            {member.name || member.email}
            {member.id === me?.member.id && <span className="dim"> · {t('members.you')}</span>}
          </b>
        ),
        csv: (member) => member.name,
      },
      {
        key: 'email',
        name: t('members.email'),
        dim: true,
        cell: (member) => member.email,
        csv: (member) => member.email,
      },
      {
        key: 'role',
        name: t('members.role'),
        width: 170,
        cell: (member) => <RolePick member={member} />,
        csv: (member) => member.role,
      },
      {
        key: 'second',
        name: t('members.second'),
        width: 110,
        dim: true,
        cell: (member) => (member.two_factor ? t('members.second_on') : '—'),
        csv: (member) => (member.two_factor ? t('members.second_on') : ''),
      },
      {
        key: 'seen',
        name: t('members.last_seen'),
        width: 150,
        dim: true,
        cell: (member) =>
          member.deactivated_at ? (
            t('members.deactivated')
          ) : member.last_seen_at ? (
            <Time at={member.last_seen_at} />
          ) : (
            '—'
          ),
        csv: (member) => member.last_seen_at,
      },
      {
        key: 'acts',
        name: t('members.acts'),
        width: 80,
        right: true,
        cell: (member) => <MemberMenu member={member} />,
      },
    ],
    [t, me],
  )
}
