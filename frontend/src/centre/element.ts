import { byLink, Centre, type Choices, Gone, Refused, type Session, type State } from './api'
import style from './centre.css?inline'
import { drawChoices } from './choices'
import { el } from './dom'
import { drawPast } from './past'
import { type Locale, localeOf, type Say, speaker } from './words'

/** What the parts of the page have in hand. */
export interface Desk {
  say: Say
  locale: Locale
  state: State
  centre: Centre
  /** Saves a change at once; wording is what the person read. */
  change: (wording: string, edit: (choices: Choices) => void) => void
  tell: (text: string) => void
  reload: () => Promise<void>
}

const sheet = new CSSStyleSheet()
sheet.replaceSync(style)

/**
 * <clarion-preferences>: a person's own settings. `hub` is where Clarion is; `link` is the token of a link, or
 * `token` a recipient's token for the audience "preferences" (the event "clarion-token" asks for a new one).
 */
export class PreferencesElement extends HTMLElement {
  static readonly observedAttributes = ['lang', 'token']

  private readonly root = this.attachShadow({ mode: 'open' })
  private readonly live = el('p', { role: 'status', class: 'live' })
  private readonly body = el('div')
  private centre: Centre | undefined
  private state: State | undefined
  private session: Session | undefined
  private last: Choices | undefined
  private saving = Promise.resolve()

  connectedCallback() {
    if (this.centre) return
    this.root.adoptedStyleSheets = [sheet]
    this.root.append(this.body, this.live)
    const hub = this.getAttribute('hub') ?? ''
    const link = this.getAttribute('link')
    this.centre = new Centre(hub, link ? byLink(hub, link) : async () => ({ token: await this.ownToken() }))
    void this.load()
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null) {
    if (name === 'lang' && before !== after && this.state) this.draw()
  }

  /** The token of the attribute, once; a new one from whoever listens afterwards. */
  private async ownToken(): Promise<string> {
    const given = this.getAttribute('token')
    if (given) {
      this.removeAttribute('token')
      return given
    }
    return new Promise((resolve, reject) => {
      const asks = new CustomEvent('clarion-token', {
        detail: { resolve, reject },
        bubbles: true,
        composed: true,
        cancelable: true,
      })
      if (this.dispatchEvent(asks)) reject(new Gone())
    })
  }

  private get locale(): Locale {
    return localeOf(this.getAttribute('lang'), this.session?.locale, this.state?.recipient.locale, navigator.language)
  }

  private async load() {
    const say = speaker(this.locale)
    if (!this.state) this.body.replaceChildren(el('p', { class: 'state', role: 'status' }, say('loading')))
    try {
      this.session = await this.centre?.whose()
      this.state = await this.centre?.state()
      this.draw()
    } catch (error) {
      this.drawFailure(error)
    }
  }

  private drawFailure(error: unknown) {
    const say = speaker(this.locale)
    const gone = error instanceof Gone
    this.body.replaceChildren(
      el(
        'div',
        { class: 'state', role: 'alert' },
        el('h1', {}, say(gone ? 'gone' : 'offline')),
        gone && el('p', {}, say('goneText')),
        !gone && el('button', { type: 'button', onclick: () => void this.load() }, say('retry')),
      ),
    )
  }

  private draw() {
    const { state, centre } = this
    if (!state || !centre) return
    const locale = this.locale
    const say = speaker(locale)
    const desk: Desk = {
      say,
      locale,
      state,
      centre,
      change: (wording, edit) => this.change(wording, edit),
      tell: (text) => this.tell(text),
      reload: () => this.load(),
    }
    const focused = this.root.activeElement?.id
    document.documentElement.lang = this.hasAttribute('link') ? locale : document.documentElement.lang
    if (this.hasAttribute('link')) document.title = `${say('title')} – ${state.house}`
    const past = this.body.querySelector('.past')
    this.body.lang = locale
    this.body.replaceChildren(
      this.header(say, state),
      ...drawChoices(desk),
      past && (past as HTMLElement).lang === locale ? past : drawPast(desk),
    )
    if (focused) this.root.getElementById(focused)?.focus()
  }

  private header(say: Say, state: State) {
    const other: Locale = this.locale === 'en' ? 'zh-CN' : 'en'
    const change = () => this.setAttribute('lang', other)
    return el(
      'header',
      {},
      el(
        'div',
        { class: 'top' },
        el('p', { class: 'house' }, state.house),
        el('button', { type: 'button', id: 'language', class: 'plain', lang: other, onclick: change }, say('language')),
      ),
      el('h1', {}, say('title')),
      this.session?.address && el('p', { class: 'soft' }, say('forAddress', { address: this.session.address })),
    )
  }

  /** One change after the other, each made of what the one before has left. */
  private change(wording: string, edit: (choices: Choices) => void) {
    this.saving = this.saving.then(() => this.save(wording, edit, false))
  }

  private async save(wording: string, edit: (choices: Choices) => void, undoing: boolean) {
    const { state, centre } = this
    if (!state || !centre) return
    const say = speaker(this.locale)
    const preferences = structuredClone(state.preferences)
    edit(preferences)
    try {
      this.state = await centre.save({ preferences, wording, locale: this.locale })
      this.last = undoing ? undefined : state.preferences
      this.draw()
      this.tell(say(undoing ? 'undone' : 'saved'), this.last && (() => this.undo(wording)))
    } catch (error) {
      if (error instanceof Gone) return this.drawFailure(error)
      this.draw()
      this.tell((error instanceof Refused && error.message) || say('failed'))
    }
  }

  private undo(wording: string) {
    const before = this.last
    if (!before) return
    const say = speaker(this.locale)
    const back = (choices: Choices) => {
      for (const key of Object.keys(choices)) delete choices[key]
      Object.assign(choices, structuredClone(before))
    }
    this.saving = this.saving.then(() => this.save(`${say('undo')}: ${wording}`, back, true))
  }

  private tell(text: string, undo?: () => void) {
    const say = speaker(this.locale)
    this.live.replaceChildren(
      text,
      undo ? el('button', { type: 'button', id: 'undo', onclick: undo }, say('undo')) : '',
    )
  }
}
