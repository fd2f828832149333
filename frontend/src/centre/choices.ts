import type { CategoryState, ChannelState, Choices, QuietHours } from './api'
import { el } from './dom'
import type { Desk } from './element'
import { channelName } from './words'

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** All that can be chosen. */
export function drawChoices(desk: Desk): Node[] {
  return [drawPause(desk), drawCategories(desk), drawChannels(desk), drawQuiet(desk)]
}

export function timeText(desk: Desk, at: string): string {
  return new Intl.DateTimeFormat(desk.locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at))
}

function section(id: string, title: string, text: string, ...children: Node[]) {
  return el(
    'section',
    { 'aria-labelledby': `${id}-title` },
    el('h2', { id: `${id}-title` }, title),
    el('p', { class: 'soft' }, text),
    ...children,
  )
}

function drawPause({ say, state, change, ...desk }: Desk) {
  const until = state.preferences.paused_until
  const paused = until !== undefined && new Date(until) > new Date()
  const title = say('pause')
  const pick = (event: Event) => {
    const length = Number((event.target as HTMLSelectElement).value)
    const option = (event.target as HTMLSelectElement).selectedOptions[0]?.text ?? ''
    change(`${title}: ${option}`, (choices) => {
      if (length) choices.paused_until = new Date(Date.now() + length * 86_400_000).toISOString()
      else delete choices.paused_until
    })
  }
  const options = [
    paused &&
      el(
        'option',
        { value: '-1', selected: true, disabled: true },
        say('paused', { time: timeText({ say, state, change, ...desk }, until) }),
      ),
    el('option', { value: '0', selected: !paused }, say('pauseNot')),
    el('option', { value: '1' }, say('pauseDay')),
    el('option', { value: '7' }, say('pauseWeek')),
    el('option', { value: '30' }, say('pauseMonth')),
  ]
  const select = el('select', { id: 'pause', 'aria-labelledby': 'pause-title', onchange: pick }, ...options)
  return section('pause', title, say('pauseText'), select)
}

/** A switch that is saved at once. */
function toggle(
  id: string,
  label: string,
  on: boolean,
  about: { group?: string; note?: string; fixed?: boolean },
  flip: (on: boolean) => void,
) {
  const input = el('input', {
    type: 'checkbox',
    role: 'switch',
    id,
    checked: on,
    disabled: about.fixed,
    'aria-describedby': about.note ? `${id}-note` : undefined,
    onchange: (event: Event) => flip((event.target as HTMLInputElement).checked),
  })
  return el(
    'div',
    { class: 'row' },
    el('label', { for: id }, about.group ? el('span', { class: 'unseen' }, `${about.group}: `) : null, label),
    about.note ? el('span', { id: `${id}-note`, class: 'note' }, about.note) : null,
    input,
  )
}

function drawCategories(desk: Desk) {
  const { say, state } = desk
  return section(
    'what',
    say('what'),
    say('whatText'),
    ...state.categories.map((category) => drawCategory(desk, category)),
  )
}

export function nameOf(desk: Pick<Desk, 'locale'>, category: { name: string; names?: Record<string, string> }): string {
  return category.names?.[desk.locale] ?? category.names?.[desk.locale.split('-')[0] ?? ''] ?? category.name
}

function drawCategory(desk: Desk, category: CategoryState) {
  const { say, state } = desk
  const name = nameOf(desk, category)
  const required = category.channels.length > 0 && category.channels.every((one) => one.value === 'required')
  return el(
    'fieldset',
    {},
    el('legend', {}, name),
    required && el('p', { class: 'soft' }, say('requiredText')),
    ...(required ? [] : category.channels.map((one) => drawSwitch(desk, category, one, name))),
    !required && state.cadences.length > 1 && drawCadence(desk, category, name),
  )
}

function drawSwitch({ say, change }: Desk, category: CategoryState, one: ChannelState, name: string) {
  const channel = channelName(say, one.channel)
  const fixed = one.value === 'required' || one.locked !== undefined
  const note = one.value === 'required' ? say('required') : one.locked && say('locked', { reason: one.locked })
  return toggle(`c-${category.key}-${one.channel}`, channel, one.value !== 'off', { group: name, note, fixed }, (on) =>
    change(`${name}, ${channel}: ${say(on ? 'on' : 'off')}`, (choices) => {
      choices.categories ??= {}
      const choice = choices.categories[category.key] ?? {}
      choice.channels = { ...choice.channels, [one.channel]: on }
      choices.categories[category.key] = choice
      // A channel that is off as a whole would stay off.
      if (on && choices.channels?.[one.channel] === false) delete choices.channels[one.channel]
    }),
  )
}

function drawCadence({ say, state, change }: Desk, category: CategoryState, name: string) {
  const id = `cadence-${category.key}`
  const chosen = state.preferences.categories?.[category.key]?.cadence ?? ''
  const word = (cadence: string) => say(`cadence_${cadence}` as 'cadence_daily')
  const pick = (event: Event) => {
    const cadence = (event.target as HTMLSelectElement).value
    change(`${name}, ${say('cadence')}: ${word(cadence || 'default')}`, (choices) => {
      choices.categories ??= {}
      choices.categories[category.key] = { ...choices.categories[category.key], cadence: cadence || undefined }
    })
  }
  return el(
    'div',
    { class: 'row' },
    el('label', { for: id }, el('span', { class: 'unseen' }, `${name}: `), say('cadence')),
    el(
      'select',
      { id, onchange: pick },
      el('option', { value: '', selected: chosen === '' }, say('cadence_default')),
      ...state.cadences.map((one) => el('option', { value: one, selected: chosen === one }, word(one))),
    ),
  )
}

function drawChannels({ say, state, change }: Desk) {
  const rows = state.channels.map((channel) => {
    const name = channelName(say, channel)
    return toggle(`channel-${channel}`, name, state.preferences.channels?.[channel] !== false, {}, (on) =>
      change(`${say('channels')}, ${name}: ${say(on ? 'on' : 'off')}`, (choices) => {
        choices.channels = { ...choices.channels, [channel]: on }
        if (on) delete choices.channels[channel]
      }),
    )
  })
  return section('channels', say('channels'), say('channelsText'), ...rows)
}

function drawQuiet({ say, state, change }: Desk) {
  const hours: QuietHours = state.preferences.quiet_hours ?? { enabled: false, start: '22:00', end: '07:00' }
  const set = (what: string, changes: Partial<QuietHours>) =>
    change(`${say('quiet')}: ${what}`, (choices: Choices) => {
      choices.quiet_hours = { ...hours, ...changes }
    })
  const time = (key: 'start' | 'end', label: string) =>
    el(
      'label',
      { class: 'time' },
      el('span', {}, label),
      el('input', {
        type: 'time',
        id: `quiet-${key}`,
        value: hours[key],
        required: true,
        onchange: (event: Event) => {
          const value = (event.target as HTMLInputElement).value
          if (value) set(`${label} ${value}`, { [key]: value })
        },
      }),
    )
  const day = (one: (typeof days)[number]) => {
    const on = hours.days?.includes(one) ?? false
    const flip = () => {
      const picked = days.filter((other) => (other === one ? !on : (hours.days?.includes(other) ?? false)))
      set(`${say('days')} ${picked.map((other) => say(other)).join(' ')}`, { days: picked.length ? picked : undefined })
    }
    return el(
      'label',
      { class: 'day' },
      el('input', { type: 'checkbox', id: `day-${one}`, checked: on, onchange: flip }),
      say(one),
    )
  }
  const zone = state.preferences.timezone || state.recipient.timezone || 'UTC'
  return section(
    'quiet',
    say('quiet'),
    say('quietText', { zone }),
    toggle('quiet-on', say('quietOn'), hours.enabled, {}, (on) => set(say(on ? 'on' : 'off'), { enabled: on })),
    ...(hours.enabled
      ? [
          el('div', { class: 'times' }, time('start', say('from')), time('end', say('until'))),
          el('fieldset', { class: 'days' }, el('legend', {}, say('days')), ...days.map(day)),
        ]
      : []),
  )
}
