import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { doors } from '../../lib/doors'
import { sayDone, sayFailed } from '../../lib/notify'
import { type Broadcast, type Input, useSave } from './api'

/** How long a name may be. */
const longest = 200

/** The same plan as a new draft. Its time is left out: that of the first may have passed. */
const copyOf = (of: Broadcast, name: string): Input => {
  const { audience, template, content, workflow, channels, category, priority, data, per_second, window } = of
  const plan = { audience, template, content, workflow, channels, category, priority, data, per_second, window }
  const given = Object.fromEntries(Object.entries(plan).filter(([, value]) => value !== undefined && value !== ''))
  return { name: name.slice(0, longest), ...given } as Input
}

/** Makes a draft of what was sent, or is about to be, and opens it. */
export function Duplicate({ of }: { of: Broadcast }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const save = useSave()
  const copy = () =>
    save.mutate(copyOf(of, t('broadcasts.copy_of', { name: of.name })), {
      onSuccess: (made) => {
        sayDone(t('broadcasts.duplicated'))
        void navigate({ to: doors.broadcast(made.id).to, search: { step: 'audience' } as never })
      },
      onError: (error) => sayFailed(error, t),
    })
  return (
    <Button variant="default" loading={save.isPending} onClick={copy}>
      {t('broadcasts.duplicate')}
    </Button>
  )
}
