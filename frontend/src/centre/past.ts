import type { Page, Said, Sent } from './api'
import { nameOf, timeText } from './choices'
import { el } from './dom'
import type { Desk } from './element'
import { channelName, type Word } from './words'

/** What was: messages with their reasons, choices, and what can be done with the data. */
export function drawPast(desk: Desk): HTMLElement {
  const { centre, locale } = desk
  return el(
    'div',
    { class: 'past', lang: locale },
    fold(desk, 'why', 'whyNone', centre.messages, (one) => drawMessage(desk, one)),
    fold(desk, 'history', 'historyNone', centre.history, (one) => drawSaid(desk, one)),
    drawData(desk),
  )
}

/** A list that is asked for when it is opened, and goes on at its end. */
function fold<T>(
  desk: Desk,
  title: 'why' | 'history',
  none: Word,
  ask: (after: string | null) => Promise<Page<T>>,
  draw: (one: T) => Node,
) {
  const { say } = desk
  const list = el('ul', { class: 'list' })
  const foot = el('div', { 'aria-live': 'polite' })
  const more = async (after: string | null) => {
    foot.replaceChildren(el('p', { class: 'soft' }, say('loading')))
    try {
      const page = await ask(after)
      const first = page.list.map((one) => el('li', {}, draw(one)))
      list.append(...first)
      const next = page.next
      foot.replaceChildren(
        ...(list.childElementCount === 0 ? [el('p', { class: 'soft' }, say(none))] : []),
        ...(next
          ? [el('button', { type: 'button', class: 'plain', onclick: () => void more(next) }, say('more'))]
          : []),
      )
    } catch {
      foot.replaceChildren(
        el('p', {}, say('offline')),
        el('button', { type: 'button', class: 'plain', onclick: () => void more(after) }, say('retry')),
      )
    }
  }
  const open = (event: Event) => {
    if (!(event.target as HTMLDetailsElement).open) return
    list.replaceChildren()
    void more(null)
  }
  return el(
    'details',
    { ontoggle: open },
    el('summary', {}, el('h2', {}, say(title))),
    title === 'why' ? el('p', { class: 'soft' }, say('whyText')) : null,
    list,
    foot,
  )
}

function drawMessage(desk: Desk, one: Sent) {
  const { say, locale } = desk
  const category = one.category && nameOf({ locale }, { name: one.category, names: one.names })
  const words = { source: one.source, workflow: one.workflow, category: category ?? '' }
  return el(
    'div',
    {},
    el(
      'p',
      { class: 'when' },
      `${timeText(desk, one.at)} · ${channelName(say, one.channel)}${one.address ? ` · ${one.address}` : ''}`,
    ),
    el(
      'p',
      {},
      [say(category ? 'whyLine' : 'whyLineBare', words), ...whyMore(one).map((word) => say(word))].join(
        locale === 'en' ? ' ' : '',
      ),
    ),
  )
}

function whyMore(one: Sent): Word[] {
  if (one.skip_reason === 'opted_out') return ['whyOptedOut']
  if (one.skip_reason === 'suppressed') return ['whySuppressed']
  if (one.status === 'skipped') return ['whySkipped']
  if (one.mandatory) return ['whyRequired']
  return one.critical ? ['whyCritical'] : []
}

function drawSaid(desk: Desk, one: Said) {
  const { say, state, locale } = desk
  const known = state.categories.find((category) => category.key === one.category)
  const about = [known && nameOf({ locale }, known), one.channel && channelName(say, one.channel)]
    .filter(Boolean)
    .join(', ')
  const changes = (one.changes ?? []).map((change) => `${pathName(desk, change.path)}: ${valueName(desk, change.to)}`)
  return el(
    'div',
    {},
    el('p', { class: 'when' }, `${timeText(desk, one.at)} · ${say(`by_${one.source}` as 'by_link')}`),
    el('p', {}, say(one.kind as Word), about && `: ${about}`),
    (one.device || one.network) && el('p', { class: 'soft' }, [one.device, one.network].filter(Boolean).join(' · ')),
    changes.length > 0 && el('p', { class: 'soft' }, changes.join('; ')),
  )
}

/** The place of a choice in words: categories.news.channels.email is News, Email. */
function pathName({ say, state, locale }: Desk, path: string): string {
  const named: Record<string, Word> = { paused_until: 'pause', quiet_hours: 'quiet', cadence: 'cadence' }
  return path
    .split('.')
    .filter((part) => !['categories', 'channels', 'enabled', 'workflows'].includes(part))
    .map((part) => {
      const category = state.categories.find((one) => one.key === part)
      if (category) return nameOf({ locale }, category)
      return named[part] ? say(named[part]) : channelName(say, part)
    })
    .join(', ')
}

function valueName({ say }: Desk, value: unknown): string {
  if (value === true) return say('on')
  if (value === false) return say('off')
  return value === null ? '–' : String(value)
}

function drawData(desk: Desk) {
  const { say, state, centre, tell } = desk
  const save = async () => {
    try {
      const address = URL.createObjectURL(await centre.download())
      el('a', { href: address, download: 'my-settings.json' }).click()
      URL.revokeObjectURL(address)
    } catch {
      tell(say('offline'))
    }
  }
  const place = el('div', { class: 'erase' })
  const asked = () => el('p', {}, say('eraseAsked'))
  const request = async () => {
    try {
      await centre.requestErasure(say('eraseSure'), desk.locale)
      state.erasure_requested = true
      place.replaceChildren(asked())
      tell(say('eraseAsked'))
    } catch {
      tell(say('failed'))
    }
  }
  const idle = () => el('button', { type: 'button', class: 'plain danger', id: 'erase', onclick: sure }, say('erase'))
  const sure = () => {
    const yes = el('button', { type: 'button', class: 'danger', onclick: () => void request() }, say('eraseYes'))
    const no = el(
      'button',
      {
        type: 'button',
        class: 'plain',
        onclick: () => {
          place.replaceChildren(idle())
          place.querySelector('button')?.focus()
        },
      },
      say('no'),
    )
    place.replaceChildren(el('p', {}, say('eraseSure')), yes, no)
    no.focus()
  }
  place.append(state.erasure_requested ? asked() : idle())
  return el(
    'section',
    { 'aria-labelledby': 'data-title' },
    el('h2', { id: 'data-title' }, say('data')),
    el('button', { type: 'button', class: 'plain', id: 'download', onclick: () => void save() }, say('download')),
    place,
  )
}
