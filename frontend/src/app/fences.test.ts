import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { describe, expect, it } from 'vitest'

const src = resolve(import.meta.dirname, '..')

/** Which folders of src a file may import from. A feature guards itself from the day its folder exists. */
function allowed(place: string): string[] {
  const [folder, name] = place.split(sep)
  switch (folder) {
    case 'app':
    case 'testing':
      return ['app', 'features', 'components', 'lib', 'testing']
    case 'features':
      return [join('features', name ?? ''), 'components', 'lib']
    case 'components':
      return ['components', 'lib']
    // The recipient's page is a bundle of its own: nothing of the admin may come into it.
    case 'centre':
      return ['centre']
    default:
      return ['lib']
  }
}

function imports(file: string): string[] {
  const code = readFileSync(file, 'utf8')
  return [...code.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']*)'/g)].map((match) => match[1] ?? '')
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file))
const ours = files.filter((file) => !/\.test\.tsx?$/.test(file))

describe('the fences between folders', () => {
  it('hold: features do not import each other, lib and components never look up', () => {
    const breaches = ours.flatMap((file) =>
      imports(join(src, file))
        .map((target) => relative(src, resolve(src, dirname(file), target)))
        .filter((target) => !allowed(file).some((folder) => target === folder || target.startsWith(folder + sep)))
        .map((target) => `${file} imports ${target}`),
    )
    expect(breaches).toEqual([])
  })

  it('would notice: the fence knows a breach when it sees one', () => {
    expect(allowed(join('features', 'home', 'x.ts'))).not.toContain(join('features', 'messages'))
    expect(allowed(join('lib', 'x.ts'))).not.toContain('features')
    expect(allowed(join('components', 'x.tsx'))).not.toContain('app')
    expect(allowed(join('centre', 'x.ts'))).not.toContain('lib')
  })

  it('are about files that exist', () => {
    expect(ours.length).toBeGreaterThan(50)
  })

  it('keep files short enough to read', () => {
    const long = ours
      // The table of pages is looked up in, not read: it grows by a row per page.
      .filter((file) => !file.endsWith('.gen.ts') && file !== join('app', 'routes.tsx'))
      .filter((file) => readFileSync(join(src, file), 'utf8').split('\n').length > 250)
    expect(long).toEqual([])
  })
})
