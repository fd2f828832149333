import i18next from 'i18next'
import type { Schema } from './api'
import { channels, isOneOf } from './words'

type Fault = Schema['FieldError']

/** Codes of the server's faults that have a sentence of their own; the sentence may quote what was found. */
export const faultCodes = [
  'conflict',
  'content',
  'control_character',
  'duplicate',
  'in_the_past',
  'in_use',
  'incomplete',
  'invalid_email',
  'invalid_folder',
  'invalid_id',
  'invalid_key',
  'invalid_locale',
  'invalid_schema',
  'invalid_subscription',
  'invalid_text',
  'invalid_time',
  'invalid_timezone',
  'invited',
  'is_member',
  'is_the_email',
  'json',
  'last_owner',
  'locale',
  'malformed',
  'malformed_json',
  'mandatory',
  'missing_column',
  'missing_parameter',
  'missing_variable',
  'mjml',
  'no_content',
  'not_a_certificate',
  'not_a_contact',
  'not_a_host',
  'not_a_key',
  'not_a_mailbox',
  'not_a_name',
  'not_a_port',
  'not_a_price',
  'not_a_private_key',
  'not_a_project',
  'not_a_region',
  'not_a_secret',
  'not_a_sender_id',
  'not_a_service_account',
  'not_a_signing_key',
  'not_a_token',
  'not_a_url',
  'not_a_vapid_key',
  'not_a_version',
  'not_allowed',
  'not_alphanumeric',
  'not_an_address',
  'not_an_arn',
  'not_an_id',
  'not_an_option',
  'not_encrypted',
  'not_text',
  'not_the_pair',
  'not_used',
  'out_of_range',
  'recursive_partial',
  'render',
  'required',
  'reserved',
  'sandbox_off',
  'schema',
  'stale',
  'syntax',
  'too_deep',
  'too_large',
  'too_long',
  'too_many',
  'too_short',
  'too_simple',
  'type',
  'unknown',
  'unknown_category',
  'unknown_channel',
  'unknown_field',
  'unknown_filter',
  'unknown_layout',
  'unknown_parameter',
  'unknown_partial',
  'unknown_provider',
  'unknown_setting',
  'unknown_source',
  'unknown_tag',
  'unknown_template',
  'unknown_type',
  'unknown_variable',
  'unknown_version',
  'unquoted_attribute',
  'unsafe_url',
  'wrong_state',
] as const

/** What the server puts into its sentences, by code: the values that ours repeat. */
export const faultShapes = [
  { code: 'required', word: 'step_needed', shape: /^a workflow needs at least one step$/ },
  { code: 'required', word: 'template_needed', shape: /^a channel step needs a template$/ },
  { code: 'required', word: 'value_needed', shape: /^this comparison needs a value$/ },
  { code: 'out_of_range', word: 'between', shape: /^must be (?<least>\d+)(?: \([^)]*\))? to (?<most>\d+)/ },
  { code: 'out_of_range', word: 'entries', shape: /^must hold (?:1 to|at most) (?<most>\d+)/ },
  { code: 'too_long', word: 'bytes', shape: /at most (?<most>\d+) bytes/ },
  { code: 'too_long', word: 'characters', shape: /at most (?<most>\d+) characters/ },
  { code: 'too_long', word: 'rows', shape: /at most (?<most>\d+) rows/ },
  { code: 'too_short', word: 'at_least', shape: /at least (?<least>\d+) characters/ },
  { code: 'too_simple', word: 'different', shape: /at least (?<least>\d+) different/ },
  { code: 'unknown_variable', word: 'no_variable', shape: /^(?<name>\S+) is not in the schema$/ },
  { code: 'unknown_filter', word: 'no_filter', shape: /no filter "(?<name>.+)"/ },
  { code: 'unknown_tag', word: 'no_tag', shape: /no tag "(?<name>.+)"/ },
  { code: 'not_allowed', word: 'tag_refused', shape: /^the tag "(?<name>.+)" is not allowed$/ },
  { code: 'unknown_template', word: 'no_live_template', shape: /no (?:live )?template "(?<name>.+)"/ },
  { code: 'no_content', word: 'no_words', shape: /^template (?<name>\S+) has no (?<channel>\S+) content$/ },
  { code: 'unknown_partial', word: 'no_partial', shape: /^there is no partial "(?<name>.+)" that is live$/ },
  { code: 'recursive_partial', word: 'renders_itself', shape: /^partial "(?<name>[^"]+)" renders itself$/ },
  { code: 'missing_parameter', word: 'partial_needs', shape: /^partial "(?<partial>[^"]+)" needs (?<name>\S+)$/ },
  {
    code: 'unknown_parameter',
    word: 'partial_takes_no',
    shape: /^partial "(?<partial>[^"]+)" has no parameter (?<name>\S+)$/,
  },
  {
    code: 'no_content',
    word: 'partial_without_text',
    shape: /^partial "(?<name>[^"]+)" has no text, which this place needs$/,
  },
  {
    code: 'no_content',
    word: 'partial_without_markup',
    shape: /^partial "(?<name>[^"]+)" has no MJML or HTML, which this place needs$/,
  },
] as const

/**
 * A fault in the language of the page. The server speaks English: on an English
 * page its own words stay, for they say most, unless we know how to say the same.
 */
export function faultText({ code, detail }: Pick<Fault, 'code' | 'detail'>): string {
  for (const known of faultShapes) {
    const found = known.code === code ? known.shape.exec(detail) : null
    if (found) return i18next.t(`fault.${known.word}`, valuesOf(found.groups ?? {}))
  }
  if (i18next.language === 'en' || !isOneOf(faultCodes, code)) return detail
  return i18next.t(`fault.${code}`, { detail })
}

function valuesOf({ channel = '', ...rest }: Record<string, string>) {
  return { ...rest, channel: isOneOf(channels, channel) ? i18next.t(`channel.${channel}`) : channel }
}

/** The same faults, said in the language of the page. */
export const inWords = (faults: Fault[]): Fault[] => faults.map((fault) => ({ ...fault, detail: faultText(fault) }))
