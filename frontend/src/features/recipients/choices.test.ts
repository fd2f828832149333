import { describe, expect, it } from 'vitest'
import { type Choices, chosenAt, lockAt, withChoice, withLock, workflowsIn } from './choices'

describe('a choice', () => {
  const before: Choices = {
    channels: { push: false },
    categories: { news: { enabled: true, cadence: 'instant' }, orders: { enabled: false } },
  }

  it('leaves the others as they are', () => {
    expect(withChoice(before, { category: 'news', channel: 'sms' }, false)).toEqual({
      channels: { push: false },
      categories: {
        news: { enabled: true, cadence: 'instant', channels: { sms: false } },
        orders: { enabled: false },
      },
    })
    expect(withChoice(before, { category: 'news' }, false).categories?.news).toEqual({
      enabled: false,
      cadence: 'instant',
    })
    expect(withChoice(before, { channel: 'sms' }, true).channels).toEqual({ push: false, sms: true })
  })

  it('can be taken back', () => {
    const place = { category: 'news', channel: 'sms' } as const
    const chosen = withChoice(before, place, false)
    expect(chosenAt(chosen, place)).toBe(false)
    expect(chosenAt(withChoice(chosen, place, undefined), place)).toBeUndefined()
    expect(chosenAt(withChoice(before, { category: 'news' }, undefined), { category: 'news' })).toBeUndefined()
    expect(withChoice(before, { channel: 'push' }, undefined).channels).toEqual({})
  })
})

describe('a choice for a workflow', () => {
  it('stands beside those of its category', () => {
    const before: Choices = { categories: { news: { enabled: true } } }
    const off = withChoice(before, { workflow: 'weekly' }, false)
    expect(off).toEqual({ categories: { news: { enabled: true } }, workflows: { weekly: { enabled: false } } })
    const sms = withChoice(off, { workflow: 'weekly', channel: 'sms' }, true)
    expect(sms.workflows).toEqual({ weekly: { enabled: false, channels: { sms: true } } })
    expect(chosenAt(sms, { workflow: 'weekly' })).toBe(false)
    expect(chosenAt(sms, { workflow: 'weekly', channel: 'sms' })).toBe(true)
    expect(chosenAt(sms, { category: 'weekly' })).toBeUndefined()
  })

  it('has a row as long as something is said of it', () => {
    const said: Choices = {
      workflows: { b: { enabled: false }, a: { channels: { sms: false } }, taken_back: { channels: {} } },
      locks: [
        { workflow: 'locked', reason: 'Contract' },
        { category: 'news', reason: 'Law' },
      ],
    }
    expect(workflowsIn(said)).toEqual(['a', 'b', 'locked'])
    expect(workflowsIn({})).toEqual([])
  })
})

describe('a lock', () => {
  it('is on one switch, once, with its reason', () => {
    const place = { category: 'news', channel: 'sms' } as const
    const once = withLock({}, place, 'Asked by letter')
    expect(lockAt(once, place)?.reason).toBe('Asked by letter')
    expect(lockAt(once, { category: 'news' })).toBeUndefined()
    const again = withLock(once, place, 'Contract')
    expect(again.locks).toEqual([{ ...place, reason: 'Contract' }])
    expect(withLock(again, place, undefined).locks).toEqual([])
  })
})
