/** The properties that a drawing takes from the page around it. */
const taken = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-opacity',
  'stroke-width',
  'stroke-dasharray',
  'opacity',
  'font-size',
  'font-family',
]

/** A copy of a drawing that needs nothing of the page: every style stands in it. */
export function standalone(drawing: SVGSVGElement): SVGSVGElement {
  const copy = drawing.cloneNode(true) as SVGSVGElement
  const originals = [drawing, ...drawing.querySelectorAll<SVGElement>('*')]
  const copies = [copy, ...copy.querySelectorAll<SVGElement>('*')]
  originals.forEach((original, place) => {
    const style = getComputedStyle(original)
    const target = copies[place]
    for (const name of taken) {
      const value = style.getPropertyValue(name)
      // A fill by pattern names the page it is on; the copy has the pattern itself.
      if (value && !value.startsWith('url(')) target?.setAttribute(name, value)
    }
  })
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  return copy
}

const scale = 2
const margin = 20
const titleHeight = 34

/** Saves the drawing of a card as a picture, with its title and the ground of the page. */
export async function savePicture(card: HTMLElement, { name, title }: { name: string; title: string }) {
  const drawing = card.querySelector<SVGSVGElement>('svg[role="img"]')
  if (!drawing) return
  const samples = [...card.querySelectorAll<HTMLLIElement>('[data-legend] li')]
  const [width, height] = [drawing.width.baseVal.value, drawing.height.baseVal.value]
  const canvas = document.createElement('canvas')
  const legend = samples.length > 0 ? 26 : 0
  canvas.width = (width + 2 * margin) * scale
  canvas.height = (height + titleHeight + legend + 2 * margin) * scale
  const pen = canvas.getContext('2d')
  if (!pen) return
  const style = getComputedStyle(card)
  pen.scale(scale, scale)
  pen.fillStyle = style.backgroundColor
  pen.fillRect(0, 0, canvas.width, canvas.height)
  pen.fillStyle = style.color
  pen.font = `600 15px ${style.fontFamily}`
  pen.fillText(title, margin, margin + 14)
  pen.font = `12px ${style.fontFamily}`
  let x = margin
  const fills = drawing.querySelector<SVGDefsElement>('defs')
  for (const sample of samples) {
    const picture = sample.querySelector<SVGSVGElement>('svg')
    if (picture) pen.drawImage(await loaded(standalone(picture), fills), x, margin + titleHeight - 8)
    pen.fillText(sample.textContent ?? '', x + 24, margin + titleHeight + 2)
    x += 40 + pen.measureText(sample.textContent ?? '').width
  }
  pen.drawImage(await loaded(standalone(drawing)), margin, margin + titleHeight + legend, width, height)
  const file = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'))
  if (file) save(file, `clarion-${name}.png`)
}

async function loaded(drawing: SVGSVGElement, fills?: SVGDefsElement | null): Promise<HTMLImageElement> {
  if (fills) drawing.prepend(standaloneFills(fills))
  const url = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(drawing)], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    return image
  } finally {
    URL.revokeObjectURL(url)
  }
}

function standaloneFills(fills: SVGDefsElement): SVGDefsElement {
  const owner = fills.ownerSVGElement
  const copy = owner && standalone(owner).querySelector('defs')
  return copy ?? (fills.cloneNode(true) as SVGDefsElement)
}

function save(file: Blob, name: string) {
  const url = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  document.body.append(link)
  link.click()
  link.remove()
  // The download has its own hold on the data once it has begun.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
