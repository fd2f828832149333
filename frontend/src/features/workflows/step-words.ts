import type { TFunction } from 'i18next'
import type { Step } from './draft'
import { spanOf } from './spans'

/** What a step does, in one line of its card. */
export function wordsOf(step: Step, t: TFunction): string {
  const { delay, digest, throttle, branch, wait } = step
  if (delay) {
    const open = delay.window ? ` · ${delay.window.from}–${delay.window.to}` : ''
    if (delay.field !== undefined) return t('workflows.words_field', { field: delay.field }) + open
    if (delay.until)
      return t('workflows.words_until', { at: `${delay.until.slice(0, 16).replace('T', ' ')} UTC` }) + open
    return (delay.seconds ? t('workflows.words_for', { span: spanOf(delay.seconds, t) }) : '') + open
  }
  if (digest)
    return t('workflows.words_digest', { span: spanOf(digest.seconds, t), key: digest.key || t('workflows.all') })
  if (throttle) return t('workflows.words_throttle', { count: throttle.limit, span: spanOf(throttle.seconds, t) })
  if (branch) return branch.arms.map(({ key }) => key).join(' / ')
  if (wait) {
    const what = wait.for.map((signal) => t(`workflows.signal_${signal}`)).join(', ')
    return t('workflows.words_wait', { step: wait.step, what, span: spanOf(wait.seconds, t) })
  }
  return step.template || t('workflows.no_template')
}
