// A house with one of everything that the sample shop does not have, so that
// every page has something to show; and the addresses no row of the table of
// pages has.
import { memberCaller } from './caller.mjs'

export const further = [
  '/messages?status=failed&q=nothing',
  '/workflows/order.shipped?tab=versions',
  '/templates/order.shipped?tab=versions',
  ...['sms', 'push', 'slack'].map((channel) => `/sandbox?channel=${channel}`),
  ...['content', 'delivery', 'check', 'submit'].map((step) => `/broadcasts/new?step=${step}`),
  '/nowhere',
]

/** Nobody asks this issuer: it only makes the sign-in page show its button. */
export const issuer = {
  CLARION_OIDC_ISSUER: 'http://127.0.0.1:9',
  CLARION_OIDC_CLIENT_ID: 'clarion',
  CLARION_OIDC_CLIENT_SECRET: 'never used',
  CLARION_OIDC_NAME: 'Example Works',
}

/**
 * Fills the house of a page that has just signed in, and stands on Home. Answers
 * the addresses that only a guest is given, by their paths.
 */
export async function fill(page, house) {
  await page.getByRole('button', { name: 'Send it' }).click()
  await page.getByText(/Accepted as evt_/).waitFor()
  const { must } = await memberCaller(page, house)
  const { version } = await must(200, 'GET', '/v1/templates/order.shipped')
  const { layout, schema, default_locale, channels } = version
  channels.email.en.subject = 'Your order {{ order_id }} has left our shop'
  await must(200, 'PUT', '/v1/templates/order.shipped', { layout, schema, default_locale, channels })
  await must(200, 'POST', '/v1/templates/order.shipped/submit', { note: 'Say whose order it is' })
  const { link } = await must(201, 'POST', '/v1/invitations', { email: 'edith@example.com', role: 'editor' })
  await must(201, 'POST', '/v1/api-keys', { name: 'Shop', source: 'shop', scopes: ['events:write'] })
  await must(201, 'POST', '/v1/suppressions', { channel: 'email', address: 'nobody@example.com', reason: 'manual' })
  await must(200, 'PUT', '/v1/segments/readers', {
    name: 'Readers of English',
    rule: {
      all: [{ field: 'locale', op: 'eq', value: 'en' }, { not: { field: 'group', op: 'in', value: ['ops'] } }],
    },
  })
  await must(200, 'PUT', '/v1/syncs/corp', {
    name: 'Staff directory',
    kind: 'ldap',
    enabled: true,
    ldap: { host: 'ldap.example.com', base: 'dc=example,dc=com' },
    columns: [
      { from: 'uid', to: 'id' },
      { from: 'mail', to: 'email' },
    ],
    schedule: { kind: 'manual' },
  })
  await must(200, 'PUT', '/v1/recipients/ada/preferences', { channels: { slack: false } })
  await must(201, 'POST', '/v1/broadcasts', {
    name: 'Opening hours in winter',
    audience: { everybody: true },
    channels: ['in_app'],
    category: 'orders',
    content: { title: 'Opening hours', text: 'From November on we open at ten.' },
  })
  await must(201, 'POST', '/v1/schedules', {
    name: 'News of the week',
    rule: { kind: 'weekly', times: ['09:00'], weekdays: ['mon', 'thu'] },
    zone: 'Europe/Berlin',
    target: { kind: 'event', type: 'order.shipped', to: ['ada', { group: 'ops' }], data: { order_id: '7' } },
  })
  const basket = { customer: 'ada', lines: [{ item: 'mug', quantity: 1 }], faults: { process_payment: 'refuse' } }
  await must(201, 'POST', '/v1/shop/orders', basket)
  const { id } = await must(201, 'POST', '/v1/recipient-imports', { name: 'people.csv' })
  const table = 'id,name,email\ngrace,Grace,grace@example.com\nnobody,Nobody,not an address\n'
  await must(200, 'PUT', `/v1/recipient-imports/${id}/parts/1`, table)
  return { '/invite/$token': new URL(link).pathname }
}
