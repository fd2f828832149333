import i18next from 'i18next'
import { afterAll, describe, expect, it } from 'vitest'
import { faultText } from './faults'
import { chooseLanguage } from './i18n'

describe('a fault of the server', () => {
  afterAll(() => chooseLanguage('en'))

  it.each([
    ['repeats the limits', 'out_of_range', 'must be 0 (no limit) to 1000000', '须在 0 到 1000000 之间'],
    ['repeats the length', 'too_long', 'must be at most 255 bytes', '最多 255 字节'],
    ['names what is missing', 'unknown_variable', 'order_idd is not in the schema', '数据结构中没有 order_idd'],
    ['names the channel in words', 'no_content', 'template a has no sms content', '模板 a 没有短信内容'],
    ['says the kind of fault', 'required', 'name the template', '必填'],
    ['quotes a parser', 'syntax', 'endif is missing', '语法有误：endif is missing'],
    ['of a newer server stays in its words', 'brand_new', 'is brand new', 'is brand new'],
  ])('%s on a Chinese page', async (_, code, detail, expected) => {
    await chooseLanguage('zh-CN')
    expect(faultText({ code, detail })).toBe(expected)
  })

  it.each([
    ['stays in the words of the server, which say most', 'required', 'name the template', 'name the template'],
    ['names the channel in words', 'no_content', 'template a has no sms content', 'template a has no SMS content'],
  ])('%s on an English page', async (_, code, detail, expected) => {
    await chooseLanguage('en')
    expect(i18next.language).toBe('en')
    expect(faultText({ code, detail })).toBe(expected)
  })
})
