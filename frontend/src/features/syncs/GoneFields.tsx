import { NumberInput, Radio, Stack, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Draft } from './draft'
import type { Part } from './SyncForm'

/** What becomes of people who are not there any more. */
export function GoneFields({ draft: { gone }, change, fault, disabled }: Part) {
  const { t } = useTranslation()
  const set = (part: Partial<Draft['gone']>) => change({ gone: { ...gone, ...part } })
  return (
    <>
      <Radio.Group
        label={t('syncs.gone_label')}
        value={gone.policy}
        error={fault('gone.policy')}
        onChange={(policy) => set({ policy: policy as Draft['gone']['policy'] })}
      >
        <Stack gap={6} mt={6}>
          {(['keep', 'mark', 'leave'] as const).map((value) => (
            <Radio key={value} value={value} label={t(`syncs.gone_${value}`)} disabled={disabled} />
          ))}
        </Stack>
      </Radio.Group>
      {gone.policy === 'mark' && (
        <TextInput
          label={t('syncs.attribute')}
          value={gone.attribute}
          error={fault('gone.attribute')}
          disabled={disabled}
          onChange={(event) => set({ attribute: event.currentTarget.value.trim() })}
        />
      )}
      <NumberInput
        label={t('syncs.most_percent')}
        description={t('syncs.most_percent_hint')}
        suffix=" %"
        min={1}
        max={100}
        value={gone.most_percent}
        error={fault('gone.most_percent')}
        disabled={disabled}
        onChange={(percent) => set({ most_percent: Number(percent) || 0 })}
      />
    </>
  )
}
