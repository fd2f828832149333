import { Autocomplete, NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { type Channel, channels } from '../../lib/words'
import { templatesQuery } from './api'
import { faultAt } from './draft'
import type { StepPanelProps } from './kinds'

/** What a channel step says, and where. */
export function ChannelPanel({ step, faults, doubts, disabled, change }: StepPanelProps) {
  const { t } = useTranslation()
  const { data } = useQuery(templatesQuery)
  const doubt = faultAt(doubts, 'template')
  return (
    <>
      <NativeSelect
        label={t('filter.channel')}
        value={step.channel ?? ''}
        error={faultAt(faults, 'channel')}
        disabled={disabled}
        onChange={(event) => change({ channel: event.currentTarget.value as Channel })}
        data={channels.map((channel) => ({ value: channel, label: t(`channel.${channel}`) }))}
      />
      <Autocomplete
        label={t('workflows.template')}
        description={t('workflows.template_hint')}
        value={step.template ?? ''}
        error={faultAt(faults, 'template') ?? doubt}
        disabled={disabled}
        onChange={(template) => change({ template })}
        data={(data?.rows ?? []).map((template) => template.key)}
        limit={30}
      />
    </>
  )
}
