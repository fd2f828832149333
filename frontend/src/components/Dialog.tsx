import { Modal, type ModalProps } from '@mantine/core'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { focusAgain } from '../lib/focus'

/** A dialog. When it is gone, the focus is back on what opened it. */
export function Dialog({ children, ...props }: ModalProps) {
  const { t } = useTranslation()
  return (
    <Modal {...props} closeButtonProps={{ 'aria-label': t('act.close') }}>
      {props.opened && <FocusBack />}
      {children}
    </Modal>
  )
}

/** Most dialogs are gone the moment they close; nobody else then remembers where the focus was. */
function FocusBack() {
  useEffect(() => {
    const before = document.activeElement
    return () => focusAgain(before)
  }, [])
  return null
}
