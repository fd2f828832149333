/** The steps of the dispatch policy, whose decisions are shown. */
export const decisionSteps = [
  'audience',
  'workflow_enabled',
  'recipient_present',
  'condition',
  'throttle',
  'preference',
  'address',
  'expiry',
  'integration',
  'template',
  'cadence',
  'quiet_hours',
  'frequency_cap',
] as const

/** Decisions of steps that act over time. */
export const timeSteps = ['delay', 'digest', 'throttle', 'branch', 'wait', 'cancel', 'resume', 'reschedule'] as const
