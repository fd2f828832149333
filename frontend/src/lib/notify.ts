import { notifications } from '@mantine/notifications'
import type { TFunction } from 'i18next'
import { errorSentence } from './sentences'

/** Says in passing that something was done. */
export function sayDone(message: string) {
  notifications.show({ message, color: 'teal', withBorder: true })
}

/** Says that something was not done, and why; it stays until it is closed. */
export function sayFailed(error: Error, t: TFunction) {
  notifications.show({ message: errorSentence(error, t), color: 'red', autoClose: false, withBorder: true })
}
