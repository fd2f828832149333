// A person who has no mouse: moves by keys alone, and sees where the focus is.
import { until } from './caller.mjs'
import { drawn } from './routes.mjs'

/** The keyboard of a page. */
export function keyboard(page) {
  const press = (key) => page.keyboard.press(key)

  /** Tabs to the control of that name, by the way it is in; every stop before it must show the focus. */
  const reach = async (name, { back = false, most = 80 } = {}) => {
    const seen = []
    for (let stops = 0; stops < most; stops++) {
      await press(back ? 'Shift+Tab' : 'Tab')
      const at = await page.evaluate(focused)
      if (!at) continue
      // An editor shows it a moment later.
      const shown = async () => at.visible || (await page.evaluate(focused))?.visible
      await until(`the focus to be seen on ${at.role} “${at.name}” of ${page.url()}`, shown)
      seen.push(at.name)
      if (name.test(at.name)) return seen
    }
    throw new Error(`${name} was not reached on ${page.url()}, only: ${seen.join(' | ')}`)
  }

  /** What has the focus now. */
  const here = () => page.evaluate(focused)

  /** A dialog that is open and has taken the focus: before that, a key still goes to the page behind it. */
  const opened = async () => {
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    await page.waitForFunction(() => document.activeElement?.closest('[role=dialog]'))
    // It puts the focus where it belongs once more when it is drawn.
    await drawn(page)
    return dialog
  }

  /** Goes down an open menu to the entry of that name, and takes it. */
  const choose = async (name) => {
    await page.waitForFunction(() => document.activeElement?.closest('[role=menu]'))
    for (let moves = 0; moves < 40; moves++) {
      if (await page.evaluate((text) => document.activeElement?.textContent === text, name)) return press('Enter')
      await press('ArrowDown')
    }
    throw new Error(`${name} was not reached in the menu`)
  }

  const type = (text) => page.keyboard.type(text)

  /** Goes to a page or a thing by the palette. */
  const goTo = async (words, choice) => {
    await press('Control+K')
    const box = await opened()
    await page.waitForFunction(() => document.activeElement?.matches('[role=dialog] input'))
    await type(words)
    const action = box.locator('.mantine-Spotlight-action')
    await action.filter({ hasText: choice }).first().waitFor()
    for (let moves = 0; moves < 20; moves++) {
      const chosen = box.locator('.mantine-Spotlight-action[data-selected]')
      if ((await chosen.count()) > 0 && choice.test(await chosen.first().textContent())) break
      await press('ArrowDown')
    }
    await press('Enter')
    await box.waitFor({ state: 'detached' })
  }

  return { press, reach, here, opened, choose, type, goTo }
}

/** The focused control: its name, its role, and whether anything shows that it has the focus. Runs in the page. */
function focused() {
  const element = document.activeElement
  if (!element || element === document.body) return undefined
  const labels = [...(element.labels ?? [])].map((label) => label.textContent)
  const by = (element.getAttribute('aria-labelledby') ?? '')
    .split(' ')
    .map((id) => document.getElementById(id)?.textContent ?? '')
  const names = [element.getAttribute('aria-label'), by.join(' '), labels.join(' '), element.textContent, element.title]
  const name = names.map((text) => (text ?? '').trim()).find((text) => text !== '') ?? ''
  const role = element.getAttribute('role') ?? element.tagName.toLowerCase()
  const shows = (part, pseudo) => {
    const style = getComputedStyle(part, pseudo)
    return style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) > 0
  }
  const accent = getComputedStyle(element).borderTopColor
  const probe = document.createElement('i')
  probe.style.color = 'var(--mantine-primary-color-filled)'
  document.body.append(probe)
  const edged = accent === getComputedStyle(probe).color
  probe.remove()
  const near = [element, element.parentElement, element.nextElementSibling, element.closest('.cm-editor')].filter(
    Boolean,
  )
  return { name, role, visible: edged || shows(element, '::after') || near.some((part) => shows(part)) }
}
