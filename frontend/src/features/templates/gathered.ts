import type { Schema } from '../../lib/api'
import type { Sample } from './Editor'

/** Whether the words of a template name what a digest has gathered. */
export function speaksOfDigest(channels: Schema['TemplateInput']['channels']): boolean {
  return /\bdigest\s*(\.|\[)/.test(JSON.stringify(channels))
}

/** Three of the same, a quarter of an hour apart, as a digest would give them. */
function sampleDigest(data: Record<string, unknown>): Record<string, unknown> {
  const times = ['2026-01-05T09:00:00Z', '2026-01-05T09:15:00Z', '2026-01-05T09:30:00Z']
  const items = times.map((at) => ({ at, data, event: {}, actor: { id: 'sam' }, title: '', text: '', url: '' }))
  return { total: items.length, first_at: times[0], last_at: times[2], items }
}

/** What was gathered for a sample: what somebody wrote, or three of the same. */
export const digestOf = ({ data, digest }: Sample) => digest ?? sampleDigest(data)

/** What is offered of a digest, ready to be put in; the name is one that its items have. */
export const digestWords = (name: string | undefined) => [
  { label: 'digest.total', text: '{{ digest.total }}' },
  {
    label: 'digest.items',
    text: `{% for item in digest.items %}\n{{ item.data${name ? `.${name}` : ''} }}\n{% endfor %}`,
  },
  { label: 'digest.first_at', text: '{{ digest.first_at }}' },
  { label: 'digest.last_at', text: '{{ digest.last_at }}' },
]
