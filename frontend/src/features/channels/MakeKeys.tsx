import { Button } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { errorSentence } from '../../lib/sentences'
import { type Provider, useMakeKeys } from './api'

interface Props {
  provider: Provider
  /** The account has keys already: those who know them have to be told of others. */
  kept: boolean
  onMade: (key: string, value: string) => void
}

/** Fills in keys that no vendor gives. */
export function MakeKeys({ provider, kept, onMade }: Props) {
  const { t } = useTranslation()
  const make = useMakeKeys(provider.name)
  const fill = () =>
    make.mutate(undefined, {
      onSuccess: ({ settings }) => {
        for (const [key, value] of Object.entries(settings)) onMade(key, value)
      },
    })
  return (
    <div>
      <Button variant="default" leftSection={<IconKey size={14} aria-hidden />} loading={make.isPending} onClick={fill}>
        {t('channels.make_keys')}
      </Button>
      <p className="dim" style={{ margin: '6px 0 0' }}>
        {t(kept ? 'channels.make_keys_again' : 'channels.make_keys_hint')}
      </p>
      {make.error && (
        <p role="alert" style={{ margin: '6px 0 0', color: 'var(--bad)' }}>
          {errorSentence(make.error, t)}
        </p>
      )}
    </div>
  )
}
