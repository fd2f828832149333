import { Button } from '@mantine/core'
import { IconUserPlus, IconUsers } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { SearchFilter } from '../../components/filters/SearchFilter'
import { ListPage } from '../../components/list/ListPage'
import { RecipientTabs } from '../../components/RecipientTabs'
import { doors } from '../../lib/doors'
import { usePermission } from '../../lib/session'
import { useSearchWords } from '../../lib/use-search'
import { recipientList } from './api'
import { GroupFilter } from './GroupFilter'
import { NewRecipientDialog } from './NewRecipientDialog'
import { useRecipientList } from './use-recipient-list'

/** Everybody who can be notified. */
export function RecipientsPage() {
  const { t } = useTranslation()
  const [search] = useSearchWords()
  const { q, group } = search
  const source = useMemo(() => recipientList({ ...(q ? { q } : {}), ...(group ? { group } : {}) }), [q, group])
  const [making, setMaking] = useState(false)
  const navigate = useNavigate()
  const create = usePermission('recipients:write') && (
    <Button leftSection={<IconUserPlus size={14} aria-hidden />} onClick={() => setMaking(true)}>
      {t('recipients.new')}
    </Button>
  )
  return (
    <>
      <ListPage
        title={t('recipients.title')}
        intro={t('recipients.intro')}
        caption={t('recipients.caption')}
        source={source}
        {...useRecipientList()}
        filters={
          <>
            <SearchFilter placeholder={t('recipients.search_placeholder')} />
            <GroupFilter />
          </>
        }
        actions={create}
        tabs={<RecipientTabs of="people" />}
        nothing={{
          icon: IconUsers,
          title: t('recipients.empty'),
          text: t('recipients.empty_text'),
          next: create,
          noMatch: t('recipients.none_match'),
          noMatchText: t('recipients.none_match_text'),
        }}
      />
      {making && (
        <NewRecipientDialog
          onClose={() => setMaking(false)}
          onMade={(id) => void navigate({ to: doors.recipient(id).to })}
        />
      )}
    </>
  )
}
