import { IconEraser } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Answered } from '../../components/Answered'
import { Chip } from '../../components/Chip'
import { PageHeader } from '../../components/PageHeader'
import { PersonTabs } from '../../components/PersonTabs'
import { doors } from '../../lib/doors'
import { personTitle, recipientQuery } from '../../lib/person'
import { usePermission } from '../../lib/session'
import { Addresses } from './Addresses'
import { Attributes } from './Attributes'
import type { Recipient } from './api'
import { Groups, Segments } from './Groups'
import { LastMessages } from './LastMessages'
import { Preferences } from './Preferences'
import { Profile } from './Profile'
import { ProfileActions } from './ProfileActions'
import classes from './RecipientPage.module.css'
import { Said } from './Said'
import { TestToken } from './TestToken'
import { Why } from './Why'

export function RecipientPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useQuery(recipientQuery(id))
  const navigate = useNavigate()
  const now = query.data?.id
  // An id that was merged into another leads there.
  useEffect(() => {
    if (now && now !== id) void navigate({ to: doors.recipient(now).to, replace: true })
  }, [now, id, navigate])
  return (
    <Answered of={query} page>
      {(recipient) => <Person key={recipient.id} recipient={recipient} />}
    </Answered>
  )
}

function Person({ recipient }: { recipient: Recipient }) {
  const { t } = useTranslation()
  const mayWrite = usePermission('recipients:write') && !recipient.erased_at
  return (
    <>
      <PageHeader
        title={personTitle(recipient)}
        mark={
          recipient.erased_at && (
            <Chip tone="calm" icon={IconEraser}>
              {t('recipients.erased')}
            </Chip>
          )
        }
        {...(recipient.erased_at ? { intro: t('recipients.erased_intro') } : {})}
      >
        <ProfileActions recipient={recipient} mayWrite={mayWrite} />
      </PageHeader>
      <PersonTabs id={recipient.id} of="profile" />
      <div className={classes.columns}>
        <div className={classes.column}>
          {!recipient.erased_at && (
            <>
              <Addresses recipient={recipient} mayWrite={mayWrite} />
              <Preferences id={recipient.id} mayWrite={mayWrite} />
            </>
          )}
          <LastMessages id={recipient.id} />
          <Said id={recipient.id} />
          <Why id={recipient.id} />
        </div>
        <div className={classes.column}>
          <Profile recipient={recipient} mayWrite={mayWrite} />
          {!recipient.erased_at && (
            <>
              <Attributes recipient={recipient} mayWrite={mayWrite} />
              <Groups id={recipient.id} />
              <Segments id={recipient.id} />
              {mayWrite && <TestToken id={recipient.id} />}
            </>
          )}
        </div>
      </div>
    </>
  )
}
