import { Button } from '@mantine/core'
import { IconArrowBackUp } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Confirm } from '../../components/Confirm'
import type { Schema } from '../../lib/api'
import { sayDone, sayFailed } from '../../lib/notify'
import { useRecall } from './api'

type Message = Schema['MessageView']

/** Whether taking it back has a meaning: it went out, and nobody has taken it back. */
export const isRecallable = ({ status, timeline }: Message) =>
  ['sent', 'delivered', 'unknown'].includes(status) && !timeline.some(({ kind }) => kind === 'recalled')

/** Takes a message back from where it went, or says why that cannot be. */
export function RecallButton({ message: { id } }: { message: Message }) {
  const { t } = useTranslation()
  const [asking, setAsking] = useState(false)
  const recall = useRecall(id)
  const confirm = () =>
    recall.mutate(undefined, {
      onSuccess: ({ outcome, detail }) => sayDone([t(`message.recall_${outcome}`), detail].filter(Boolean).join(' ')),
      onError: (error) => sayFailed(error, t),
      onSettled: () => setAsking(false),
    })
  return (
    <>
      <Button variant="default" leftSection={<IconArrowBackUp size={14} aria-hidden />} onClick={() => setAsking(true)}>
        {t('message.recall')}
      </Button>
      <Confirm
        title={t('message.recall_confirm')}
        text={t('message.recall_text')}
        confirm={t('message.recall')}
        danger
        opened={asking}
        busy={recall.isPending}
        onClose={() => setAsking(false)}
        onConfirm={confirm}
      />
    </>
  )
}
