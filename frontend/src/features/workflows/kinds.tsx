import { type Icon, IconSend } from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import type { ComponentType, ReactNode } from 'react'
import { ChannelLabel } from '../../components/ChannelLabel'
import { channels } from '../../lib/words'
import { ChannelPanel } from './ChannelPanel'
import type { Fault, Step } from './draft'

/** What the panel of a step is given. */
export interface StepPanelProps {
  step: Step
  /** Paths from the step on, such as template. */
  faults: Fault[]
  doubts: Fault[]
  disabled: boolean
  change: (change: Partial<Step>) => void
}

/** One thing the menu of new steps offers. */
export interface Offer {
  key: string
  label: ReactNode
  make: (draft: { key: string }) => Step
}

/** A kind of step: how it is offered, named on its card and edited. */
export interface StepKind {
  icon: Icon
  title: (t: TFunction) => string
  offers: (t: TFunction) => Offer[]
  Card: ComponentType<{ step: Step }>
  Panel: ComponentType<StepPanelProps>
}

/** Every kind of step there is. A new kind is one entry here. */
export const stepKinds: Record<Step['kind'], StepKind> = {
  channel: {
    icon: IconSend,
    title: (t) => t('workflows.kind_channel'),
    offers: () =>
      channels.map((channel) => ({
        key: channel,
        label: <ChannelLabel channel={channel} />,
        make: ({ key }) => ({ key: channel, kind: 'channel', channel, template: key }),
      })),
    Card: ({ step }) => (step.channel ? <ChannelLabel channel={step.channel} /> : null),
    Panel: ChannelPanel,
  },
}
