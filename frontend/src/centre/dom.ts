type Child = Node | string | null | undefined | false

/** Makes an element. Attributes that are false are left out; those that begin with "on" are listeners. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, unknown> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === undefined || value === null) continue
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value as EventListener)
    else if (name === 'value' || name === 'checked') Object.assign(made, { [name]: value })
    else made.setAttribute(name, value === true ? '' : String(value))
  }
  made.append(
    ...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false),
  )
  return made
}
