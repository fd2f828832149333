import { useBlocker } from '@tanstack/react-router'
import { useLayoutEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Confirm } from '../../components/Confirm'
import type { Standing } from './use-writing'

/** Saves on Ctrl or ⌘ S, and asks before words are left behind that the server does not have. */
export function Leaving({ draft }: { draft: Standing }) {
  const { t } = useTranslation()
  const dirty = draft.state !== 'saved'
  const { save } = draft
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      void save()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [save])
  const leaving = useBlocker({
    shouldBlockFn: ({ current, next }) => dirty && current.pathname !== next.pathname,
    enableBeforeUnload: () => dirty,
    withResolver: true,
  })
  return (
    <Confirm
      title={t('form.leave_title')}
      text={t('form.leave_text')}
      confirm={t('form.leave')}
      keep={t('form.stay')}
      danger
      opened={leaving.status === 'blocked'}
      busy={false}
      onClose={() => leaving.reset?.()}
      onConfirm={() => leaving.proceed?.()}
    />
  )
}
