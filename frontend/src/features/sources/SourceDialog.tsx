import { useTranslation } from 'react-i18next'
import { KeyNameDialog } from '../../components/form/KeyNameDialog'
import { sayDone } from '../../lib/notify'
import { type Source, usePutSource } from './api'

interface Props {
  /** The source to rename; a new one without. */
  source?: Source
  onClose: () => void
  onSaved?: (key: string) => void
}

/** Adds a source, or gives one another name. Its key is for ever: events and reports name it. */
export function SourceDialog({ source, onClose, onSaved }: Props) {
  const { t } = useTranslation()
  const put = usePutSource()
  return (
    <KeyNameDialog
      title={source ? t('sources.rename') : t('sources.new')}
      keyHint={t('sources.key_hint')}
      keyExample="shop"
      nameRequired
      of={source}
      busy={put.isPending}
      onClose={onClose}
      onSave={(it, onError) =>
        put.mutate(it, {
          onError,
          onSuccess: (saved) => {
            sayDone(t('sources.saved', { name: saved.name }))
            onClose()
            onSaved?.(saved.key)
          },
        })
      }
    />
  )
}
