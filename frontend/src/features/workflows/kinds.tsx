import {
  type Icon,
  IconArrowsSplit,
  IconClockPause,
  IconEyeCheck,
  IconGauge,
  IconSend,
  IconStack2,
} from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import type { ComponentType, ReactNode } from 'react'
import { ChannelLabel } from '../../components/ChannelLabel'
import { channels } from '../../lib/words'
import { BranchPanel } from './BranchPanel'
import { ChannelPanel } from './ChannelPanel'
import type { Field } from './conditions'
import { DelayPanel } from './DelayPanel'
import { DigestPanel } from './DigestPanel'
import type { Fault, Step } from './draft'
import { KindLabel } from './KindLabel'
import { ThrottlePanel } from './ThrottlePanel'
import { WaitPanel } from './WaitPanel'

/** What the panel of a step is given. */
export interface StepPanelProps {
  step: Step
  /** The steps before it. */
  above: readonly Step[]
  /** What conditions and times can look at. */
  fields: Field[]
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
  make: (draft: { key: string; above: readonly Step[] }) => Step
}

/** A kind of step: how it is offered, named on its card and edited. */
export interface StepKind {
  icon: Icon
  title: (t: TFunction) => string
  offers: (t: TFunction) => Offer[]
  Card: ComponentType<{ step: Step }>
  Panel: ComponentType<StepPanelProps>
}

/** A kind that acts over time: there is one of it to offer. */
function overTime(kind: Exclude<Step['kind'], 'channel'>, icon: Icon, Panel: StepKind['Panel'], make: Offer['make']) {
  const label = <KindLabel kind={kind} icon={icon} />
  const made: StepKind = {
    icon,
    title: (t) => t(`workflows.kind_${kind}`),
    offers: () => [{ key: kind, label, make }],
    Card: () => label,
    Panel,
  }
  return made
}

const hour = 3600

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
  delay: overTime('delay', IconClockPause, DelayPanel, () => ({
    key: 'delay',
    kind: 'delay',
    delay: { seconds: hour },
  })),
  digest: overTime('digest', IconStack2, DigestPanel, () => ({
    key: 'digest',
    kind: 'digest',
    digest: { seconds: hour },
  })),
  throttle: overTime('throttle', IconGauge, ThrottlePanel, () => ({
    key: 'throttle',
    kind: 'throttle',
    throttle: { limit: 1, seconds: hour },
  })),
  branch: overTime('branch', IconArrowsSplit, BranchPanel, () => ({
    key: 'branch',
    kind: 'branch',
    branch: {
      arms: [{ key: 'yes', if: [{ field: 'recipient.locale', op: 'eq', value: 'en' as never }] }, { key: 'no' }],
    },
  })),
  wait: overTime('wait', IconEyeCheck, WaitPanel, ({ above }) => ({
    key: 'wait',
    kind: 'wait',
    wait: { step: above.findLast(({ kind }) => kind === 'channel')?.key ?? '', for: ['read'], seconds: hour },
  })),
}
