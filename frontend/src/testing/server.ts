import { setupServer } from 'msw/node'
import { answer, answerPage } from './answers'

const house = {
  instance_name: '',
  default_locale: '',
  default_timezone: '',
  soft_bounces: 3,
  soft_bounce_span_seconds: 604_800,
  soft_bounce_rest_seconds: 259_200,
  digest_at: '',
  digest_on: '',
  frequency_cap: null,
  public_url: 'https://hub.example.com',
  allowed_origins: [],
  production: false,
  sandbox: true,
  version: 'dev',
  commit: '',
}

/** What any page may ask for beside its own is answered with nothing. */
export const server = setupServer(
  answerPage('/v1/views', []),
  answerPage('/v1/search', []),
  answerPage('/v1/categories', []),
  answerPage('/v1/consents', []),
  answer('/v1/approvals/counts', { waiting: 0, kinds: {} }),
  answer('/v1/settings', house),
  answer('/v1/auth/oidc', { enabled: false, name: '' }),
)
