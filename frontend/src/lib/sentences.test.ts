import i18next from 'i18next'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ApiError } from './api'
import { sentenceOfDecision } from './decision-sentences'
import { decisionSteps } from './decision-steps'
import { chooseLanguage, languages } from './i18n'
import { errorSentence, sentenceOf } from './sentences'
import { outcomes, skipReasons, timelineKinds } from './words'

const at = '2026-01-01T00:00:00Z'
const names = { language: 'en', integrationName: (id: string) => (id === 'int_2' ? 'Backup' : id) }
const told = (kind: string, detail?: unknown) => sentenceOf({ at, kind, detail }, i18next.t, names)

afterAll(() => chooseLanguage('en'))

describe.each(languages)('sentences in %s', (language) => {
  const inLanguage = (test: () => void) => async () => {
    await chooseLanguage(language)
    test()
  }

  it(
    'tell every kind of entry, with and without its detail',
    inLanguage(() => {
      for (const kind of timelineKinds) {
        for (const detail of [undefined, null, '', {}, { integration: 'int_2', to: 'int_2', reason: 'no_address' }]) {
          const { text } = told(kind, detail)
          expect(text, kind).not.toBe('')
          expect(text, kind).not.toMatch(/{{|timeline\./)
        }
      }
    }),
  )

  it(
    'tell every reason for a skip, on the line and in the decision',
    inLanguage(() => {
      for (const reason of skipReasons) {
        const sentence = i18next.t(`reason.${reason}`)
        expect(told('skipped', { reason }).text).toContain(sentence)
        expect(sentenceOfDecision({ step: 'preference', outcome: 'skip', reason }, i18next.t).text).toBe(sentence)
      }
    }),
  )

  it(
    'tell every step that passes',
    inLanguage(() => {
      for (const step of decisionSteps) {
        const { text } = sentenceOfDecision(
          { step: step.replaceAll('_', ' '), outcome: 'pass', detail: 'x' },
          i18next.t,
        )
        expect(text).not.toBe('x')
        expect(text).not.toMatch(/decision_pass/)
      }
    }),
  )

  it(
    'tell every outcome of an attempt',
    inLanguage(() => {
      for (const outcome of outcomes)
        expect(told('attempt', { outcome }).text).toContain(i18next.t(`outcome.${outcome}`))
    }),
  )
})

describe('sentences', () => {
  beforeAll(() => chooseLanguage('en'))

  it('name the integration that takes over, not the one that failed', () => {
    expect(told('failover', { from: 'int_1', to: 'int_2' }).text).toBe('Backup takes over.')
  })

  it('add the vendor’s own words', () => {
    expect(told('failed', { code: '30003', detail: 'Unreachable handset.' }).remark).toBe(
      'Unreachable handset. · Code 30003',
    )
  })

  it('fall back to the detail for a kind from a newer server', () => {
    expect(told('teleported', { to: 'int_2' })).toEqual({ text: 'teleported', remark: '{"to":"int_2"}' })
    expect(told('teleported', { detail: 'Through a wormhole.' }).remark).toBe('Through a wormhole.')
  })

  it('fall back to the server’s words for a step from a newer server', () => {
    expect(sentenceOfDecision({ step: 'moon phase', outcome: 'hold', detail: 'Full moon.' }, i18next.t)).toEqual({
      answer: 'Later',
      step: 'moon phase',
      text: 'Full moon.',
    })
  })

  it('say what is wrong with a field beside what is wrong', () => {
    const error = new ApiError(422, 'validation_failed', 'no', [
      { path: 'to', code: 'required', detail: 'to is required' },
    ])
    expect(errorSentence(error, i18next.t)).toBe('Some values are not right. to is required')
  })
})
