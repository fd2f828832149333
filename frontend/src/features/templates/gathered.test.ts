import { describe, expect, it } from 'vitest'
import { digestOf, digestWords, speaksOfDigest } from './gathered'

describe('what a digest gives a template', () => {
  it('is asked for where its words name it, and nowhere else', () => {
    expect(speaksOfDigest({ sms: { en: { text: '{{ digest.total }} new' } } })).toBe(true)
    expect(speaksOfDigest({ sms: { en: { text: "{{ digest['total'] }} new" } } })).toBe(true)
    expect(speaksOfDigest({ sms: { en: { text: 'Your weekly digest' } } })).toBe(false)
    expect(speaksOfDigest({})).toBe(false)
  })

  it('is three of the sample until somebody writes it', () => {
    const data = { order_id: '7' }
    expect(digestOf({ data, recipient: {} })).toMatchObject({ total: 3, items: [{ data }, { data }, { data }] })
    expect(digestOf({ data, recipient: {}, digest: { total: 1 } })).toEqual({ total: 1 })
  })

  it('is put in with a name that its items have', () => {
    const [, items] = digestWords('order_id')
    expect(items?.text).toContain('{{ item.data.order_id }}')
    expect(digestWords(undefined)[1]?.text).toContain('{{ item.data }}')
  })
})
