import { describe, expect, it } from 'vitest'
import { addStep, changeStep, emptyDraft, faultsBelow, inputOf, moveStep, removeStep, type Step } from './draft'

const mail: Step = { key: 'email', kind: 'channel', channel: 'email', template: 'order' }

function three() {
  const first = addStep(emptyDraft('order.shipped', 'orders'), 0, mail)
  const second = addStep(first.draft, 1, { ...mail, key: 'sms', channel: 'sms' })
  const third = addStep(second.draft, 1, mail)
  return { draft: third.draft, uids: [first.uid, third.uid, second.uid] as [string, string, string] }
}

const keys = (draft: ReturnType<typeof three>['draft']) => draft.steps.map((step) => step.key)

describe('a draft', () => {
  it('gives each step a key of its own, where it was put', () => {
    expect(keys(three().draft)).toEqual(['email', 'email-2', 'sms'])
  })

  it('moves a step within its bounds', () => {
    const { draft, uids } = three()
    expect(keys(moveStep(draft, uids[0], 2))).toEqual(['email-2', 'sms', 'email'])
    expect(keys(moveStep(draft, uids[2], 0))).toEqual(['sms', 'email', 'email-2'])
    expect(moveStep(draft, uids[0], -1)).toBe(draft)
    expect(moveStep(draft, uids[2], 3)).toBe(draft)
    expect(moveStep(draft, 'ghost', 1)).toBe(draft)
  })

  it('changes and removes one step and no other', () => {
    const { draft, uids } = three()
    const changed = changeStep(draft, uids[1], { template: 'other' })
    expect(changed.steps.map((step) => step.template)).toEqual(['order', 'other', 'order'])
    expect(keys(removeStep(draft, uids[1]))).toEqual(['email', 'sms'])
  })

  it('is sent without what only the page knows', () => {
    expect(inputOf(three().draft).steps[0]).toEqual(mail)
  })

  it('finds the faults of a part and of no part with a longer name', () => {
    const faults = ['steps[1].if[0].value', 'steps[10].key', 'steps[1]', 'steps'].map((path) => ({
      path,
      code: 'c',
      detail: path,
    }))
    expect(faultsBelow(faults, 'steps[1]').map((fault) => fault.path)).toEqual(['if[0].value', ''])
  })
})
