import type { NewApiKey } from './api'

const event = `{"type":"order.shipped","to":["ada"],"data":{"order_id":"1001","carrier":"DHL"}}`

/** A call that the new key can make at once: an event when it may report one, else a look at the messages. */
export function firstCall(key: NewApiKey, origin: string): string {
  const writes = key.scopes.some((scope) => scope === 'events:write' || scope === 'admin')
  const call = writes
    ? { method: 'POST', path: '/v1/events', body: event }
    : { method: 'GET', path: '/v1/messages?limit=5', body: '' }
  return key.require_signature ? signed(key.secret, call, origin) : plain(key.secret, call, origin)
}

interface Call {
  method: string
  path: string
  body: string
}

const bodyOf = ({ body }: Call) => (body ? [`-H 'Content-Type: application/json'`, `-d '${body}'`] : [])

function plain(secret: string, call: Call, origin: string): string {
  return [`curl -s '${origin}${call.path}'`, `-H 'Authorization: Bearer ${secret}'`, ...bodyOf(call)].join(' \\\n  ')
}

/** The same in a shell that signs it, as the guide to signed requests says. */
function signed(secret: string, call: Call, origin: string): string {
  const { method, path, body } = call
  const curl = [
    `curl -s '${origin}${path}'`,
    `-H "Authorization: Bearer $secret"`,
    `-H "X-Clarion-Timestamp: $timestamp"`,
    `-H "X-Clarion-Nonce: $nonce"`,
    `-H "X-Clarion-Signature: v1=$signature"`,
    ...(body ? [`-H 'Content-Type: application/json'`, `-d "$body"`] : []),
  ]
  return [
    `secret='${secret}'`,
    `body='${body}'`,
    'timestamp=$(date +%s)',
    'nonce=$(openssl rand -hex 16)',
    `digest=$(printf '%s' "$body" | openssl dgst -sha256 | sed 's/.* //')`,
    `signature=$(printf '%s' "$timestamp.$nonce.${method}.${path}.$digest" |`,
    `  openssl dgst -sha256 -hmac "$secret" | sed 's/.* //')`,
    curl.join(' \\\n  '),
  ].join('\n')
}
