import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decisionSteps } from './decision-steps'
import { engagements, notes, skipReasons, statuses } from './words'

const backend = join(import.meta.dirname, '../../../backend')
const read = (path: string) => readFileSync(join(backend, path), 'utf8')

describe('the words of the house', () => {
  it('are those of the server: statuses, skip reasons and engagements', () => {
    const told = (type: string) =>
      [...read('notify/state.go').matchAll(new RegExp(`\\b${type}\\s*= "(\\w+)"`, 'g'))].map((m) => m[1])
    expect([...statuses].sort()).toEqual(told('Status').sort())
    expect([...skipReasons].sort()).toEqual(told('SkipReason').sort())
    expect([...engagements].sort()).toEqual(told('Engagement').sort())
  })

  it('are those of the server: notes of the timeline', () => {
    const sentence = /notes: ([\w,\s/]+)\./.exec(read('notify/message.go'))?.[1] ?? ''
    expect(sentence.match(/[a-z_]+/g)?.sort()).toEqual([...notes].sort())
  })

  it('are those of the server: steps of the dispatch policy', () => {
    const list =
      /func \(d \*Dispatcher\) policy\(\) \[\]step \{([\s\S]*?)\n}/.exec(read('dispatch/policy.go'))?.[1] ?? ''
    const steps = [...list.matchAll(/\{"([^"]+)"/g)].map((match) => match[1]?.replaceAll(' ', '_'))
    expect(steps.sort()).toEqual([...decisionSteps].sort())
  })
})
