import { useTranslation } from 'react-i18next'
import { KeyNameDialog } from '../../components/form/KeyNameDialog'
import { sayDone } from '../../lib/notify'
import { type Group, usePutGroup } from './api'

interface Props {
  /** The group to rename; a new one without. */
  group?: Group
  onClose: () => void
  onSaved?: (group: Group) => void
}

/** Makes a group, or gives one another name. Its key is for ever: events name it. */
export function GroupDialog({ group, onClose, onSaved }: Props) {
  const { t } = useTranslation()
  const put = usePutGroup()
  return (
    <KeyNameDialog
      title={group ? t('groups.rename') : t('groups.new')}
      keyHint={t('groups.key_hint')}
      of={group}
      busy={put.isPending}
      onClose={onClose}
      onSave={(it, onError) =>
        put.mutate(it, {
          onError,
          onSuccess: (saved) => {
            sayDone(t('groups.saved', { name: saved.name }))
            onClose()
            onSaved?.(saved)
          },
        })
      }
    />
  )
}
