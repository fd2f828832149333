// A small OpenID Connect issuer on loopback, for stories: discovery, keys, a page
// that asks who one is, and codes that are good once, for the one who asked, with
// the verifier that belongs to their challenge (RFC 7636).
import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { createServer } from 'node:http'

const encode = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

/** Starts an issuer that vouches for the people, by name; `settings` make a Clarion trust it. */
export async function openIssuer(people) {
  const client = { id: 'clarion', secret: 'a secret of the issuer' }
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const asked = new Map()
  let url

  const idToken = ({ nonce, name }) => {
    const now = Math.floor(Date.now() / 1000)
    const claims = { iss: url, aud: client.id, sub: name, iat: now, exp: now + 3600, nonce, name, ...people[name] }
    const text = `${encode({ alg: 'RS256', kid: 'k' })}.${encode(claims)}`
    return `${text}.${sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')}`
  }

  /** The page of the issuer: one button per person, and one for nobody. */
  const page = (query) => {
    const back = (name) => `/back?${new URLSearchParams({ ...Object.fromEntries(query), name })}`
    const doors = Object.keys(people).map((name) => `<p><a href="${back(name)}">${name}</a></p>`)
    return `<!doctype html><html lang="en"><title>Who are you?</title><link rel="icon" href="data:,"><h1>Who are you?</h1>${doors.join('')}<p><a href="${back('')}">Nobody</a></p></html>`
  }

  /** Where the browser goes from the page: back, with a code or a refusal. */
  const answerOf = (query) => {
    const target = new URL(query.get('redirect_uri'))
    target.searchParams.set('state', query.get('state'))
    const name = query.get('name')
    if (!name) target.searchParams.set('error', 'access_denied')
    else {
      const code = randomUUID()
      const [challenge, nonce] = [query.get('code_challenge'), query.get('nonce')]
      asked.set(code, { name, nonce, challenge, redirect: query.get('redirect_uri') })
      target.searchParams.set('code', code)
    }
    return target.href
  }

  const redeem = (request, form) => {
    const code = asked.get(form.get('code'))
    asked.delete(form.get('code'))
    const credentials = `Basic ${Buffer.from(`${client.id}:${encodeURIComponent(client.secret).replaceAll('%20', '+')}`).toString('base64')}`
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    const good =
      code?.challenge === challenge &&
      code.redirect === form.get('redirect_uri') &&
      request.headers.authorization === credentials
    return good ? { access_token: 'unused', token_type: 'Bearer', id_token: idToken(code) } : undefined
  }

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, url)
    const say = (status, value) =>
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value))
    if (pathname === '/.well-known/openid-configuration') {
      return say(200, {
        issuer: url,
        authorization_endpoint: `${url}/authorize`,
        token_endpoint: `${url}/token`,
        jwks_uri: `${url}/keys`,
        id_token_signing_alg_values_supported: ['RS256'],
      })
    }
    if (pathname === '/keys') {
      return say(200, { keys: [{ ...publicKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: 'k' }] })
    }
    if (pathname === '/authorize') {
      return response.writeHead(200, { 'Content-Type': 'text/html' }).end(page(searchParams))
    }
    if (pathname === '/back') return response.writeHead(303, { Location: answerOf(searchParams) }).end()
    if (pathname === '/token') {
      let body = ''
      for await (const part of request) body += part
      const token = redeem(request, new URLSearchParams(body))
      return token ? say(200, token) : say(400, { error: 'invalid_grant' })
    }
    return say(404, {})
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${server.address().port}`
  return {
    settings: {
      CLARION_OIDC_ISSUER: url,
      CLARION_OIDC_CLIENT_ID: client.id,
      CLARION_OIDC_CLIENT_SECRET: client.secret,
      CLARION_OIDC_ALLOWED_DOMAINS: 'example.com',
      CLARION_OIDC_DEFAULT_ROLE: 'viewer',
      CLARION_OIDC_NAME: 'Example Works',
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}
