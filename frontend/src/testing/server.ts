import { setupServer } from 'msw/node'
import { answer, answerPage } from './answers'

const house = {
  instance_name: '',
  default_locale: '',
  default_timezone: '',
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
  answer('/v1/approvals/counts', { waiting: 0, kinds: {} }),
  answer('/v1/settings', house),
  answer('/v1/auth/oidc', { enabled: false, name: '' }),
)
